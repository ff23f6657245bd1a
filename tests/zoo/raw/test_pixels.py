"""Pixels of image files: every mode and size in, upright bytes out; what is no image is refused in one line."""

import numpy as np
import pytest
from PIL import Image

from zoo.errors import BadData
from zoo.raw.pixels import LONGEST, MOST_PIXELS, Head, head, pixels

DICE = np.random.default_rng(0)
GREY = DICE.integers(0, 256, (5, 7), np.uint8)
COLOUR = DICE.integers(0, 256, (5, 7, 3), np.uint8)


def saved(folder, image, name="a.png", **how):
    path = folder / name
    (Image.fromarray(image) if isinstance(image, np.ndarray) else image).save(path, **how)
    return path


@pytest.mark.parametrize("name", ["a.png", "a.bmp", "a.gif", "a.tif", "a.pgm", "bild ü 1.PNG"])
def test_grey_files_without_loss_are_read_as_they_were_written(tmp_path, name):
    path = saved(tmp_path, GREY, name)
    assert head(path) == Head(5, 7, 1, False)
    np.testing.assert_array_equal(pixels(path, 1)[..., 0], GREY)


@pytest.mark.parametrize(("name", "how"), [("a.png", {}), ("a.webp", {"lossless": True}), ("a.ppm", {}), ("a.bmp", {})])
def test_files_in_colour_are_read_as_they_were_written(tmp_path, name, how):
    path = saved(tmp_path, COLOUR, name, **how)
    assert head(path) == Head(5, 7, 3, False)
    np.testing.assert_array_equal(pixels(path, 3), COLOUR)


def test_grey_is_spread_over_three_channels_and_colour_weighed_to_one(tmp_path):
    np.testing.assert_array_equal(pixels(saved(tmp_path, GREY), 3), np.repeat(GREY[..., np.newaxis], 3, axis=2))
    weighed = COLOUR @ np.array([0.299, 0.587, 0.114])
    assert np.abs(pixels(saved(tmp_path, COLOUR), 1)[..., 0] - weighed).max() <= 0.51


def test_sixteen_bits_become_eight(tmp_path):
    deep = DICE.integers(0, 65536, (5, 7)).astype(np.uint16)
    path = saved(tmp_path, deep)
    assert head(path).channels == 1
    assert np.abs(pixels(path, 1)[..., 0] - deep / 257).max() <= 0.5


def test_what_is_transparent_is_white(tmp_path):
    clear = np.dstack([COLOUR, DICE.integers(0, 256, (5, 7), np.uint8)])
    share = clear[..., 3:] / 255
    np.testing.assert_allclose(pixels(saved(tmp_path, clear), 3), COLOUR * share + 255 * (1 - share), atol=1)


def test_a_palette_is_grey_only_where_all_its_colours_are(tmp_path):
    assert head(saved(tmp_path, Image.fromarray(GREY).convert("P"))).channels == 1
    path = saved(tmp_path, Image.fromarray(COLOUR).convert("P", palette=Image.Palette.ADAPTIVE))
    assert head(path).channels == 3
    np.testing.assert_array_equal(pixels(path, 3), Image.open(path).convert("RGB"))


def test_colours_for_print_become_red_green_and_blue(tmp_path):
    path = saved(tmp_path, Image.new("CMYK", (8, 8), (0, 255, 255, 0)), "a.jpg")
    assert np.abs(pixels(path, 3) - np.array([255.0, 0, 0])).max() < 3


@pytest.mark.parametrize("turn", range(1, 9))
def test_a_photograph_stands_upright_however_the_camera_was_held(tmp_path, turn):
    rgb = np.kron(COLOUR, np.ones((8, 8, 1), np.uint8))
    marked = Image.Exif()
    marked[0x0112] = turn
    turns = {
        1: rgb,
        2: rgb[:, ::-1],
        3: rgb[::-1, ::-1],
        4: rgb[::-1],
        5: rgb.transpose(1, 0, 2),
        6: np.rot90(rgb, -1),
        7: rgb[::-1, ::-1].transpose(1, 0, 2),
        8: np.rot90(rgb),
    }
    path = saved(tmp_path, rgb, exif=marked)
    np.testing.assert_array_equal(pixels(path, 3), turns[turn])


@pytest.mark.parametrize(("name", "far"), [("a.jpg", 3), ("a.png", 0.51)])
def test_a_large_image_is_shrunk_to_the_mean_of_squares_of_its_pixels(tmp_path, name, far):
    smooth = np.add.outer(np.arange(2048) / 12, np.arange(1024) / 12).astype(np.uint8)
    path = saved(tmp_path, smooth, name)
    found = pixels(path, 1)[..., 0]
    assert head(path) == Head(*found.shape, 1, True)
    assert found.shape == (512, 256) and max(found.shape) <= LONGEST
    assert np.abs(found - smooth.reshape(512, 4, 256, 4).mean(axis=(1, 3))).max() <= far


def test_the_first_picture_of_an_animation_is_taken(tmp_path):
    path = tmp_path / "a.gif"
    Image.fromarray(GREY).save(path, save_all=True, append_images=[Image.fromarray(255 - GREY)])
    np.testing.assert_array_equal(pixels(path, 1)[..., 0], GREY)


def header_of(width, height):
    """Return a PNG whose header announces so many pixels, and that holds none of them."""
    import struct
    import zlib

    chunks = b""
    for kind, data in ((b"IHDR", struct.pack(">2I5B", width, height, 1, 0, 0, 0, 0)), (b"IEND", b"")):
        chunks += struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    return b"\x89PNG\r\n\x1a\n" + chunks


@pytest.mark.parametrize(("width", "height"), [(10_000, 5001), (60_000, 60_000), (2**31 - 1, 2**31 - 1)])
def test_more_pixels_than_are_read_are_refused_by_the_header_alone(tmp_path, width, height):
    path = tmp_path / "bomb.png"
    path.write_bytes(header_of(width, height))
    for read in (head, lambda file: pixels(file, 3)):
        with pytest.raises(BadData, match=f"{MOST_PIXELS:,}|damaged"):
            read(path)


def test_a_number_of_pixels_that_is_read_passes_the_header(tmp_path):
    path = tmp_path / "large.png"
    path.write_bytes(header_of(10_000, 5000))
    assert head(path) == Head(250, 500, 1, True)


@pytest.mark.parametrize("content", [b"", b"hello, this is text", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n"])
def test_text_that_is_named_as_an_image_is_refused(tmp_path, content):
    path = tmp_path / "text.png"
    path.write_bytes(content)
    with pytest.raises(BadData, match="is no image") as caught:
        pixels(path, 3)
    assert str(path) in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.gif", "a.webp", "a.bmp", "a.tif"])
def test_a_file_with_any_bytes_lost_or_changed_is_read_or_refused_in_one_line(tmp_path, name):
    path = saved(tmp_path, DICE.integers(0, 256, (40, 40, 3), np.uint8), name)
    whole = path.read_bytes()
    for _ in range(60):
        content = np.frombuffer(whole, np.uint8).copy()
        content[DICE.integers(0, len(content), 3)] = DICE.integers(0, 256, 3)
        path.write_bytes(content[: DICE.integers(1, len(content) + 1)].tobytes())
        for read in (head, lambda file: pixels(file, 3)):
            try:
                read(path)
            except BadData as error:
                assert "\n" not in str(error)


def test_a_truncated_photograph_is_refused(tmp_path):
    path = saved(tmp_path, COLOUR.repeat(20, axis=0), "a.jpg")
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(BadData, match="is cut off or damaged"):
        pixels(path, 3)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(BadData, match="cannot be read"):
        head(tmp_path / "none.png")


@pytest.mark.parametrize(
    ("values", "what"),
    [
        (np.full((5, 7), 0.5, np.float32), "fractions for pixels"),
        (np.full((5, 7), 70_000, np.int32), "more than 16 bits"),
    ],
)
def test_measurements_are_refused_as_such_and_not_as_damage(tmp_path, values, what):
    path = saved(tmp_path, values, "a.tif")
    with pytest.raises(BadData, match=rf"a\.tif has .*{what}.*; images are of 8 or 16 bits a channel\. Save it so"):
        pixels(path, 1)
