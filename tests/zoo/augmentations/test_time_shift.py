"""Sound that begins earlier or later."""

from __future__ import annotations

import numpy as np
import pytest

from zoo.errors import Unsupported


def test_a_clip_moves_by_whole_frames_and_silence_comes_from_outside(augmented, clips, log_mel):
    after, (ways,) = augmented("time_shift", clips, 0.5, steps=[log_mel.to_json()])
    frames = clips.shape[1]
    assert len(set(np.round(ways * frames).ravel())) > 2
    for clip, found, (way,) in zip(clips, after, ways, strict=True):
        later = int(np.round(way * frames))
        wide = np.broadcast_to(log_mel.silence[:, None], (3 * frames, *clip.shape[1:])).copy()
        wide[frames : 2 * frames] = clip
        np.testing.assert_array_equal(found, wide[frames - later : 2 * frames - later])


def test_rows_that_are_no_mel_bands_are_refused(augmented, clips):
    with pytest.raises(Unsupported, match="augment.time_shift changes sound in mel bands"):
        augmented("time_shift", clips, 0.5, steps=[])
