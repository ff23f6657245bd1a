"""Grey images in C, and those that have none."""

import numpy as np
import pytest

from zoo.errors import Unsupported
from zoo.microcontroller._sources import preparation_sources
from zoo.preparation import Preparation
from zoo.preparation.grey import Grey
from zoo.preparation.resize import Resize

from .compiled import Compiled, needs_compiler


@needs_compiler
@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("dtype", ["uint8", "float32"])
def test_images_of_one_size_are_weighed(channels, dtype, tmp_path):
    images = np.random.default_rng(0).integers(0, 256, (5, 4, 6, channels)).astype(dtype)
    preparation = Preparation((), (4, 6, channels), (Grey(channels),), dtype=dtype)
    np.testing.assert_allclose(Compiled(preparation, tmp_path).all(images), preparation.apply(images), rtol=1e-6)


def test_images_of_several_sizes_are_refused_by_name():
    preparation = Preparation((), (), (Grey(3), Resize(4, 4, 1)), dtype="uint8", modality="image")
    with pytest.raises(Unsupported, match="preparation step 'grey'"):
        preparation_sources(preparation)
