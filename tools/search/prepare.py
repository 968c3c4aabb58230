"""Scales the training and validation images of HAM10000 once, for all trainings of one input size.

    python tools/search/prepare.py HAM10000_FOLDER --size 64 --out DIR

writes DIR/train64.npz and DIR/val64.npz: `x` uint8 [images, height, width, RGB], `y` the class numbers. The folder
holds train.csv and val.csv with the columns image_id and dx, and images/<image_id>.jpg.
"""

import argparse
import csv
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image

from config import CLASSES


def training_picture(image: Image.Image, size: int) -> Image.Image:
    """The whole image, 9/8 of the input's height: random views still have their detail when they zoom in."""
    height = size * 9 // 8
    return image.resize((height * 4 // 3, height), Image.Resampling.LANCZOS)


def validation_picture(image: Image.Image, size: int) -> Image.Image:
    """The square at the centre, as the network sees it."""
    width, height = image.size
    left = (width - height) // 2
    return image.crop((left, 0, left + height, height)).resize((size, size), Image.Resampling.LANCZOS)


PICTURES = {"train": training_picture, "val": validation_picture}


def load(path: Path, split: str, size: int) -> np.ndarray:
    """One image as uint8 [height, width, RGB]."""
    with Image.open(path) as image:
        return np.asarray(PICTURES[split](image.convert("RGB"), size))


def prepare(source: Path, split: str, size: int, target: Path) -> None:
    """Writes the arrays of one split, in the order of its CSV."""
    with (source / f"{split}.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    paths = [source / "images" / f"{row['image_id']}.jpg" for row in rows]
    with ProcessPoolExecutor() as pool:
        images = np.stack(list(pool.map(partial(load, split=split, size=size), paths, chunksize=64)))
    np.savez(target / f"{split}{size}.npz", x=images, y=np.array([CLASSES.index(row["dx"]) for row in rows]))
    print(f"{split}{size}.npz: {images.shape}")


def main() -> None:
    parser = argparse.ArgumentParser(description="Scales HAM10000 for the search.")
    parser.add_argument("source", type=Path, metavar="HAM10000_FOLDER")
    parser.add_argument("--size", type=int, default=64, help="side of the network's input in pixels, a multiple of 8")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    for split in PICTURES:
        prepare(arguments.source, split, arguments.size, arguments.out)


if __name__ == "__main__":
    main()
