"""Running the API with uvicorn."""

from __future__ import annotations

import os
from pathlib import Path

import uvicorn

from diagnoser.knowledge import shipped_knowledge
from diagnoser_api.app import app_from_folders
from diagnoser_api.server_log import log_config
from diagnoser_api.settings import settings_from


def run(host: str, port: int, more_knowledge: tuple[Path, ...] = ()) -> None:
    """Serve until interrupted.

    Args:
        host: address to listen on.
        port: port to listen on.
        more_knowledge: folders of bases beside the shipped ones.

    Raises:
        ValueError: a setting in the environment is wrong.
    """
    settings = settings_from(os.environ)
    folders = settings.knowledge or (shipped_knowledge(),)
    app = app_from_folders((*folders, *more_knowledge), settings)
    uvicorn.run(app, host=host, port=port, timeout_keep_alive=30, server_header=False, log_config=log_config())
