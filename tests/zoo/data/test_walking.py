"""What lies below a folder, and which links are followed."""

import os

import pytest

from zoo.data._walking import walked
from zoo.errors import BadData


def test_wanted_and_other_files_are_found_by_name_and_hidden_ones_are_not(tmp_path):
    for name in ("b.PNG", "a.png", "c.txt", ".d.png"):
        (tmp_path / name).write_text("a")
    found = walked(tmp_path, (".png",))
    assert [path.name for path in found.files] == ["a.png", "b.PNG"]
    assert [path.name for path in found.others] == ["c.txt"]


def test_links_to_files_inside_are_followed_and_no_others(tmp_path):
    inside, outside = tmp_path / "data", tmp_path / "outside"
    (inside / "a").mkdir(parents=True)
    outside.mkdir()
    for folder in (inside / "a", outside):
        (folder / "1.png").write_text("a")
    links = {"in": inside / "a" / "1.png", "out": outside / "1.png", "none": inside / "gone", "loop": inside}
    for name, target in links.items():
        (inside / f"{name}.png").symlink_to(target)
    found = walked(inside, (".png",))
    assert [path.name for path in found.files] == ["in.png"]
    assert [path.stem for path in found.links] == ["loop", "none", "out"]


def test_a_folder_that_is_given_by_a_link_is_walked(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "a.png").write_text("a")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert walked(tmp_path / "link", (".png",)).holds_wanted()


def test_a_folder_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(BadData, match="cannot be read"):
        walked(tmp_path / "none", (".png",))


def test_a_pipe_is_another_file_whatever_its_name(tmp_path):
    os.mkfifo(tmp_path / "pipe.png")  # reading it would wait for ever
    found = walked(tmp_path, (".png",))
    assert not found.files
    assert [path.name for path in found.others] == ["pipe.png"]


def test_a_link_to_itself_is_a_link_and_no_error(tmp_path):
    (tmp_path / "a.png").symlink_to(tmp_path / "a.png")
    found = walked(tmp_path, (".png",))
    assert (found.files, found.links) == ([], [tmp_path / "a.png"])
