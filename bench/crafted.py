"""The strong attacks that bench/craft.ts ran, against torchattacks' APGD, targeted APGD and Square at the same budget."""

import json
import sys
from pathlib import Path

import numpy as np
import torch

from judging import CLASSES, POINT, Row, differing, logits_of, outside
from network import load_network
from torch_attacks import strong_survivors


def is_crafted(folder: Path) -> bool:
    return (folder / "crafted.json").exists()


def images_and_labels(folder: Path) -> tuple[torch.Tensor, torch.Tensor]:
    description = json.loads((folder / "inputs.json").read_text())
    pixels = np.fromfile(folder / "images.u8", dtype=np.uint8)
    images = torch.from_numpy(pixels.reshape(-1, description["height"], description["width"], 3))
    return images.permute(0, 3, 1, 2).contiguous().float() / 255, torch.tensor(description["labels"])


def run_crafted(folder: Path, packages: dict[str, Path], seeds: list[int]) -> list[Row]:
    document = json.loads((folder / "crafted.json").read_text())
    images, labels = images_and_labels(folder / "inputs")
    networks = {}
    rows = []
    for one in document["rows"]:
        model, attack, epsilon = one["model"], one["attack"], one["epsilon"]
        if model not in packages:
            raise ValueError(f"{model} was attacked; name its folder")
        network = networks.setdefault(model, load_network(packages[model]))
        adversarial = torch.from_numpy(np.load(folder / one["file"])).permute(0, 3, 1, 2).contiguous()
        verdicts = [CLASSES[index] for index in one["verdict"]]
        other, ties = differing(logits_of(network, adversarial), verdicts)
        outliers = outside(images, adversarial, epsilon)
        ours = 1 - sum(one["success"]) / len(labels)
        peer = [float(strong_survivors(network, images, labels, attack, epsilon, seed).double().mean()) for seed in seeds]
        mean = float(np.mean(peer))
        passed = outliers == 0 and other == ties and abs(ours - mean) <= POINT
        epsilon255 = round(epsilon * 255, 4)
        row = Row(model, attack["id"], epsilon255, len(labels), ours, mean, mean, outliers, other, ties, passed)
        print(row, file=sys.stderr, flush=True)
        rows.append(row)
    return rows
