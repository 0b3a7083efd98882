"""A folder that the server does not open stops neither the others nor the follow-ups."""

from pathlib import Path
from typing import Any

import pytest

from followupd.mailbox.base import Folder, FolderState
from followupd.mailbox.seam import SaidNo
from tests.stories.play import Stage, play, stories


def test_a_locked_folder_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    story = next(s for name, s in stories() if "silence: A buyer who says nothing" in name)
    opened = Stage.open

    def locked(stage: Stage) -> None:
        stage.server.create("Shared/Locked")
        opened(stage)
        state = stage.desk.mailbox.state

        def refuse(folder: Folder) -> FolderState:
            if folder.name == "Shared/Locked":
                raise SaidNo("opening Shared/Locked: permission denied")
            return state(folder)

        stage.desk.mailbox.state = refuse  # type: ignore[method-assign]

    monkeypatch.setattr(Stage, "open", locked)
    stage: Any = play(story, tmp_path)
    assert [p.topic for p in stage.placed] == ["complete_quote"]
    assert any(f.name == "Shared/Locked" for f in stage.desk.folders)
