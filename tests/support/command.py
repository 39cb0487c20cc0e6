"""How tests start the command ``h2o-compat``: as a process of its own, with this Python."""

from __future__ import annotations

import sys

H2O_COMPAT = [sys.executable, "-c", "import sys; from h2o_sklearn.cli import main; sys.exit(main())"]
