"""Sound without a stretch of time."""

from __future__ import annotations

import numpy as np


def test_a_stretch_of_frames_becomes_the_mean_as_specaugment_draws_it(augmented, clips):
    after, (draws,) = augmented("time_mask", clips, 0.5)
    frames = clips.shape[1]
    most = np.floor(0.5 * frames)
    for clip, found, (one, two) in zip(clips, after, draws, strict=True):
        length = int(min(np.floor(one * (most + 1)), most))
        first = int(np.floor(two * (frames - length + 1)))
        oracle = clip.copy()
        oracle[first : first + length] = 0
        np.testing.assert_array_equal(found, oracle)


def test_the_whole_clip_may_be_hidden_and_no_more(augmented, clips):
    after, _ = augmented("time_mask", clips, 1.0, forced=[np.full((len(clips), 2), 0.999999)])
    assert not np.asarray(after).any()
