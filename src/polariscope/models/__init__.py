"""Finding, checking and opening a model; nothing here loads torch before a model is opened."""

from polariscope.models.catalog import KnownModel, list_models
from polariscope.models.embedded import fetch_embedded
from polariscope.models.opening import ModelIdentity, OpenModel, open_model
from polariscope.models.templates import TemplateRefused, render_chats

__all__ = [
    "KnownModel",
    "ModelIdentity",
    "OpenModel",
    "TemplateRefused",
    "fetch_embedded",
    "list_models",
    "open_model",
    "render_chats",
]
