"""The pages: what each is about, in the frame that they share."""

from __future__ import annotations

from pathlib import Path
from string import Template

from starlette.responses import HTMLResponse
from starlette.routing import Route

from h2o_sklearn.app.security import DRAWING

_HTML = Path(__file__).parent / "html"
_SHARED = ["app.js"]
#: The pages by their paths: how they are called, their file, and what their script imports beside what is shared.
_PAGES = {
    "/": ("Cluster studio", "studio", []),
    "/jobs": ("Batch jobs", "jobs", ["fields.js"]),
    "/models": ("Models", "models", []),
    "/api": ("API", "api", []),
}
_SCRIPT = '  <script type="module" src="/static/{}.js"></script>'
# Said at once, lest the browser learns of a script's imports only when it has the script.
_IMPORT = '  <link rel="modulepreload" href="/static/{}">'


def routes() -> list[Route]:
    """Return the pages' routes.

    Returns
    -------
    list of Route
        One for each page.
    """
    return [Route(path, _page(path), methods=["GET"]) for path in _PAGES]


def _page(path: str) -> HTMLResponse:
    title, name, imports = _PAGES[path]
    here = {path: ' aria-current="page"'}
    links = [f'      <a href="{to}"{here.get(to, "")}>{said}</a>' for to, (said, _, _) in _PAGES.items()]
    text = Template((_HTML / "frame.html").read_text(encoding="utf-8")).substitute(
        title=title,
        scripts="\n".join([*(_IMPORT.format(one) for one in [*_SHARED, *imports]), _SCRIPT.format(name)]),
        links="\n".join(links),
        main=(_HTML / f"{name}.html").read_text(encoding="utf-8"),
    )
    return HTMLResponse(text, headers=DRAWING if name == "studio" else None)
