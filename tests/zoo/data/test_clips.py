"""Which recordings a folder holds: labels, groups and parts."""

from __future__ import annotations

import pytest

from zoo.data._clips import clips_in
from zoo.errors import BadData, BadValue

from ..recordings import tone, write_wave

PATTERN = "{label}_{speaker}_{index}"
HASHED = [f"{word}/{speaker}_nohash_{index}.wav" for word in ("no", "yes") for speaker in "abc" for index in (0, 1)]
FLAT = [f"{label}_{speaker}_{index}.wav" for label in "01" for speaker in ("ann", "bob") for index in range(3)]


@pytest.fixture
def folder(tmp_path):
    def make(*names):
        for name in names:
            write_wave(tmp_path / "data" / name, tone(440, 0.01))
        return tmp_path / "data"

    return make


def test_folders_are_classes(folder):
    found = clips_in(folder("no/1.wav", "no/deep/2.wav", "yes/1.WAV"), None, None)
    assert [(clip.name, clip.label, clip.part) for clip in found.clips] == [
        ("no/1.wav", "no", "train"),
        ("no/deep/2.wav", "no", "train"),
        ("yes/1.WAV", "yes", "train"),
    ]
    assert (found.pattern, found.group, found.notes) == (None, None, ())


def test_folders_of_parts_hold_classes_or_files_with_names(folder):
    sorted_ = clips_in(folder("train/no/1.wav", "train/yes/1.wav", "test/no/2.wav"), None, None)
    assert {(clip.label, clip.part) for clip in sorted_.clips} == {("no", "train"), ("yes", "train"), ("no", "test")}


def test_parts_of_files_are_named_by_a_pattern(folder):
    named = clips_in(folder("train/no_1.wav", "val/yes_1.wav", "test/no_2.wav"), "{label}_{index}", None)
    assert {(clip.label, clip.part) for clip in named.clips} == {
        ("no", "train"),
        ("yes", "validation"),
        ("no", "test"),
    }


def test_names_of_files_tell_labels_and_groups_by_a_pattern(folder):
    found = clips_in(folder(*FLAT), PATTERN, "speaker")
    assert [(clip.label, clip.group) for clip in found.clips][:4] == [("0", "ann")] * 3 + [("0", "bob")]


def test_a_pattern_is_guessed_and_said(folder):
    found = clips_in(folder(*FLAT), None, None)
    assert {clip.label for clip in found.clips} == {"0", "1"}
    assert found.pattern == "{label}_{second}_{third}"
    assert "labels are the first part of the files' names ('0' of 0_ann_0.wav)" in found.notes[0]


def test_the_layout_of_speech_commands_is_known(folder):
    path = folder(*HASHED, "_background_noise_/hum.wav")
    (path / "validation_list.txt").write_text("no/b_nohash_0.wav\nyes/b_nohash_0.wav\n")
    (path / "testing_list.txt").write_text("yes/c_nohash_1.wav\r\nno/gone_nohash_0.wav\r\n")
    found = clips_in(path, None, None)
    assert {clip.name for clip in found.clips if clip.part == "validation"} == {
        "no/b_nohash_0.wav",
        "yes/b_nohash_0.wav",
    }
    assert [clip.name for clip in found.clips if clip.part == "test"] == ["yes/c_nohash_1.wav"]
    assert {clip.label for clip in found.clips} == {"no", "yes"}
    assert [file.name for file in found.noise] == ["hum.wav"]
    assert {clip.group for clip in found.clips} == {"a", "b", "c"}
    assert (found.pattern, found.group) == ("{speaker}_nohash_{index}", "speaker")
    assert any("used as the split" in note for note in found.notes)
    assert any("1 names in" in note and "no/gone_nohash_0.wav" in note for note in found.notes)


def test_a_list_names_the_test_part_of_a_flat_folder_too(folder):
    path = folder(*FLAT)
    (path / "testing_list.txt").write_text("0_ann_0.wav\n1_ann_0.wav\n")
    assert [clip.name for clip in clips_in(path, PATTERN, None).clips if clip.part == "test"] == [
        "0_ann_0.wav",
        "1_ann_0.wav",
    ]


@pytest.mark.parametrize(
    ("names", "pattern", "group", "error", "words"),
    [
        ((), None, None, BadData, "holds no .wav file"),
        (("_background_noise_/a.wav",), None, None, BadData, "of noise .* alone"),
        (("a.wav", "b.wav"), None, None, BadData, "Say what they tell with --pattern"),
        (FLAT, "{label}-{index}", None, BadData, "12 of 12 files are not named as the pattern"),
        (FLAT, PATTERN, "room", BadValue, "group is 'room', which is no field"),
        (FLAT, None, "speaker", BadValue, "Name the fields with --pattern"),
        (FLAT, "{speaker}_{index}", None, BadData, "a folder"),
        (HASHED, None, "room", BadValue, "group is 'room'"),
    ],
)
def test_what_cannot_be_told_is_refused(folder, tmp_path, names, pattern, group, error, words):
    (tmp_path / "data").mkdir()
    with pytest.raises(error, match=words) as refused:
        clips_in(folder(*names), pattern, group)
    assert "\n" not in str(refused.value)


def test_a_few_files_of_other_names_are_left_out_aloud(folder):
    found = clips_in(folder(*FLAT, "readme.wav"), PATTERN, None)
    assert len(found.clips) == len(FLAT)
    assert found.notes == ("1 file is not named by the pattern: left out (such as readme.wav)",)


def test_a_list_that_is_no_text_is_refused(folder):
    path = folder(*FLAT)
    (path / "testing_list.txt").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadData, match=r"testing_list\.txt cannot be read"):
        clips_in(path, None, None)


def test_links_out_of_the_folder_are_not_followed_and_said(folder, tmp_path):
    path, outside = folder(*FLAT), write_wave(tmp_path / "outside.wav", tone(440, 0.01))
    (path / "1_out_0.wav").symlink_to(outside)
    (path / "1_in_0.wav").symlink_to(path / "1_ann_0.wav")
    found = clips_in(path, PATTERN, None)
    assert {clip.name for clip in found.clips} == {*FLAT, "1_in_0.wav"}
    assert any("1 link leads" in note and "1_out_0.wav" in note for note in found.notes)


def test_recordings_of_other_formats_are_said_to_be_left_out(folder):
    path = folder(*FLAT)
    (path / "0_ann_9.mp3").write_bytes(b"ID3")
    assert clips_in(path, PATTERN, None).notes == (
        "1 recording is no .wav by the name: left out (such as 0_ann_9.mp3)",
    )


def test_a_folder_around_the_folder_of_recordings_is_seen_through(folder):
    found = clips_in(folder(*(f"recordings/{name}" for name in FLAT)), None, None)
    assert {clip.label for clip in found.clips} == {"0", "1"}
    assert found.clips[0].name == FLAT[0]


def test_one_folder_alone_is_one_class_where_names_tell_nothing(folder):
    assert {clip.label for clip in clips_in(folder("yes/a.wav", "yes/b.wav"), None, None).clips} == {"yes"}


def test_a_list_of_recordings_that_are_not_there_is_not_said_to_be_used(folder):
    path = folder(*HASHED)
    (path / "validation_list.txt").write_text("no/b_nohash_0.wav\n")
    (path / "testing_list.txt").write_text("no/gone_nohash_0.wav\n")
    notes = clips_in(path, None, None).notes
    assert "validation_list.txt names the recordings of that part" in notes


def test_a_recording_in_both_lists_is_tested_with_and_told_of(folder):
    path = folder(*HASHED)
    for name in ("validation_list.txt", "testing_list.txt"):
        (path / name).write_text("no/b_nohash_0.wav\n")
    found = clips_in(path, None, None)
    assert [clip.part for clip in found.clips if clip.name == "no/b_nohash_0.wav"] == ["test"]
    assert any(
        "1 recording is in validation_list.txt and testing_list.txt: tested with alone" in n for n in found.notes
    )
