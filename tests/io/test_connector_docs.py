"""The pages of the documentation say all fields that there are."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from h2o_frame_compat.io.connectors import sink_specs, source_specs

PAGES = Path(__file__).parents[2] / "docs" / "connectors"
FILES = {"gcp": "gcs", "file": "files"}


@pytest.mark.parametrize("spec", [*source_specs(), *sink_specs()], ids=lambda spec: f"{spec.role}-{spec.uid}")
def test_the_page_of_a_connector_has_its_fields(spec):
    text = (PAGES / f"{FILES.get(spec.uid, spec.uid)}.md").read_text(encoding="utf-8")
    said = set(re.findall(r"`(\w+)`", text))
    assert {field.name for field in spec.fields} <= said
    if spec.uid != "minio":  # which refers to S3's
        assert {field.snake for field in spec.fields} <= said
    assert f'spec_uid="{spec.uid}"' in text


def test_the_overview_has_every_connector_and_format():
    text = (PAGES / "index.md").read_text(encoding="utf-8")
    for spec in source_specs():
        assert f"`{spec.uid}`" in text
        assert all(f"`{mime_type}`" in text for mime_type in spec.supported_mime_types)
