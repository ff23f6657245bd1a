"""What names of image files say: classes, parts and groups."""

import numpy as np
import pytest

from zoo.data._named import groups_of, named_files, says_labels
from zoo.errors import BadData, BadValue


def written(folder, *names):
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("a")
    return folder


@pytest.mark.parametrize(("pattern", "found"), [(None, False), ("{a}_{b}", False), ("{label}_{b}", True)])
def test_a_pattern_says_labels_where_it_has_such_a_field(pattern, found):
    assert says_labels(pattern) == found


def test_labels_come_from_names_and_parts_from_folders(tmp_path):
    written(tmp_path, "train/cat_1.png", "train/dog_1.png", "test/dog_2.png")
    found = named_files(tmp_path, (".png",), "{label}_{index}")
    assert found.labels == {"train": ["cat", "dog"], "test": ["dog"]}


def test_a_few_files_of_other_names_are_left_out_aloud(tmp_path):
    written(tmp_path, *(f"cat_{place}.png" for place in range(10)), "strange.png")
    found = named_files(tmp_path, (".png",), "{label}_{index}")
    assert len(found.labels["train"]) == 10
    assert found.notes == ["1 not named by the pattern: left out (such as strange.png)"]


def test_groups_are_sorted_and_a_file_of_another_name_is_one_of_its_own(tmp_path):
    files = [tmp_path / name for name in ("cat_bob.png", "dog_ann.png", "odd.png", "cow_ann.png")]
    groups, names = groups_of(files, "{label}_{owner}", "owner")
    assert (groups.tolist(), groups.dtype, names) == ([1, 0, 2, 0], np.int32, ("ann", "bob", "odd"))
    assert groups_of(files, None, None) == (None, ())


def test_what_the_pattern_does_not_say_is_refused(tmp_path):
    with pytest.raises(BadValue, match="no field of the pattern"):
        groups_of([tmp_path / "a_b.png"], "{label}_{index}", "owner")
    with pytest.raises(BadData, match="0 of 0 images are not named as the pattern"):
        named_files(tmp_path, (".png",), "{label}_{index}")
