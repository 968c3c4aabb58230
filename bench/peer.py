"""PyTorch and torchattacks as a contender of the bench: answers one JSON request per line (see protocol.ts).

The peer is set up to be fast: batch normalisation is folded into the convolutions for everything but training (as the
engine does), and one process each runs the default memory layout and channels_last.
"""

import argparse
import json
import platform
import resource
import sys
import time
from pathlib import Path

import numpy as np
import torch
import torchattacks

from network import load_network
from torch_attacks import BATCH, pgd_curve, verdicts


class Peer:
    def __init__(self, layout: str):
        self.format = torch.channels_last if layout == "channels_last" else torch.contiguous_format
        self.networks: dict[str, torch.nn.Module] = {}
        self.images = self.labels = torch.empty(0)

    def answer(self, request: dict) -> dict | None:
        if request["kind"] == "inputs":
            self.read_inputs(Path(request["folder"]))
            return None
        result = self.attack(request) if request["kind"] == "pgd" else self.repeat(request)
        return {**result, "peakRssBytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024}

    def read_inputs(self, folder: Path) -> None:
        described = json.loads((folder / "inputs.json").read_text())
        shape = (-1, described["height"], described["width"], 3)
        pixels = np.fromfile(folder / "images.u8", np.uint8).reshape(shape).transpose(0, 3, 1, 2)
        values = torch.from_numpy(np.ascontiguousarray(pixels)).float() / 255
        self.images = values.contiguous(memory_format=self.format)
        self.labels = torch.tensor(described["labels"])

    def network(self, package: str) -> torch.nn.Module:
        if package not in self.networks:
            self.networks[package] = load_network(Path(package)).folded().to(memory_format=self.format)
        return self.networks[package]

    def first_batch(self) -> tuple[torch.Tensor, torch.Tensor]:
        rows = torch.arange(BATCH) % len(self.labels)
        return self.images[rows].contiguous(memory_format=self.format), self.labels[rows]

    def repeat(self, request: dict) -> dict:
        images, labels = self.first_batch()
        call = getattr(self, {"forward": "forward", "inputGradient": "gradient", "trainingStep": "training"}[request["kind"]])
        run = call(request["package"], images, labels)
        run()  # warm-up
        start = time.perf_counter()
        for _ in range(request["calls"]):
            run()
        return {"seconds": time.perf_counter() - start}

    def forward(self, package: str, images, labels):
        network = self.network(package)

        def run():
            with torch.no_grad():
                network(images).numpy()

        return run

    def gradient(self, package: str, images, labels):
        network, loss = self.network(package), torch.nn.CrossEntropyLoss()

        def run():
            inputs = images.clone().requires_grad_()
            torch.autograd.grad(loss(network(inputs), labels), inputs)

        return run

    def training(self, package: str, images, labels):
        network = load_network(Path(package)).to(memory_format=self.format).train()
        optimizer, loss = torch.optim.SGD(network.parameters(), lr=0.01, momentum=0.9), torch.nn.CrossEntropyLoss()

        def run():
            optimizer.zero_grad()
            value = loss(network(images), labels)
            value.backward()
            optimizer.step()
            value.item()

        return run

    def attack(self, request: dict) -> dict:
        network, images = self.network(request["package"]), self.images
        labels = verdicts(network, images) if request["ownVerdicts"] else self.labels
        torch.manual_seed(request["seed"])
        start = time.perf_counter()
        curve = pgd_curve(network, images, labels, request["epsilons"], request["steps"], request["relativeStepSize"], True)
        seconds = time.perf_counter() - start
        shares = {name: 1 - values.double().mean(1) for name, values in vars(curve).items()}
        return {
            "seconds": seconds,
            "accuracy": {
                "clean": float((verdicts(network, images) == labels).double().mean()),
                "anyIterate": shares["any_iterate"].tolist(),
                "lastIterate": shares["final"].tolist(),
            },
        }


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--layout", choices=["nchw", "channels_last"], required=True)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    versions = {"python": platform.python_version(), "torch": torch.__version__, "torchattacks": torchattacks.__version__}
    peer = Peer(arguments.layout)
    print(json.dumps({"ready": versions}), flush=True)
    for line in sys.stdin:
        print(json.dumps({"result": peer.answer(json.loads(line))}), flush=True)


if __name__ == "__main__":
    main()
