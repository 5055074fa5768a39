"""Pages that a browser opens from a file, each complete in itself."""

from polariscope.web.risk_page import render_risk_page

__all__ = ["render_risk_page"]
