"""Checks an audit with PyTorch and torchattacks, which share no code with it.

    epsiloscope audit IMAGES --labels CSV --sample 256 --seed 1 --export-arrays --out out/a
    .venv/bin/python bench/parity.py out/a resources/models/standard resources/models/pgd

Shows, for every model, attack and epsilon of the audit:

1. The network, rebuilt in PyTorch from its package alone, gives every clean image the verdict that audit.json states.
2. Every exported adversarial lies in its epsilon ball and in [0, 1], and PyTorch judges it as audit.json does.
3. torchattacks' FGSM and PGD, at the same budget on the same images, come within 1 percentage point, and the audit's
   attack is at least as strong as torchattacks' own.

Success has two definitions. torchattacks returns the last iterate, and that is judged. An audit counts a success when
the clean image or any iterate fools the model, and PGD carries it to every larger epsilon, in whose ball it lies too.
Both are computed here from the same run of torchattacks' own step loop (see torch_attacks.py), averaged over several
seeds, since a random start moves an image or two. The audit's figure has to lie within 1 point of torchattacks' under
the audit's definition, and may exceed torchattacks' own by no more than one image. Accuracies are plain shares of the
images here, unweighted, so they can differ from those of an audit whose sample is weighted.

The strong attacks are compared on their own, each at its full budget and without carrying:

    node bench/craft.ts --images IMAGES --labels CSV --out out/strong resources/models/standard resources/models/pgd
    .venv/bin/python bench/parity.py out/strong resources/models/standard resources/models/pgd --seeds 1

torchattacks' APGD, targeted APGD and Square count any iterate, as the product does, so there is one definition of success.

Exit code: 0 all shown, 1 something differs, 2 the files cannot be used.
"""

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path

import numpy as np
import torch

from crafted import is_crafted, run_crafted
from judging import CLASSES, NEAR_TIE, POINT, Row, differing, epsilon_name, logits_of, outside, table
from network import load_network
from torch_attacks import Curve, fgsm_curve, pgd_curve


class Audit:
    def __init__(self, folder: Path):
        self.arrays = folder / "arrays"
        document = json.loads((folder / "audit.json").read_text())
        if document["format"] != "epsiloscope.audit" or document["formatVersion"] != 1:
            raise ValueError(f"{folder}/audit.json is not an audit of format version 1")
        content = document["content"]
        self.models, self.cases, self.epsilons = content["models"], content["cases"], content["epsilons"]
        untargeted = ("misclassified", "verdictChanged")
        self.attacks = {
            attack["id"]: attack
            for attack in content["attacks"]
            if attack["id"] != "clean" and attack["criterion"]["kind"] in untargeted
        }
        if any(attack["norm"] != "linf" for attack in self.attacks.values()):
            raise ValueError("only audits in L-inf can be compared")
        labels = [-1 if case["label"] is None else CLASSES.index(case["label"]) for case in self.cases]
        if np.load(self.arrays / "labels.npy").tolist() != labels:
            raise ValueError("labels.npy and audit.json do not list the same labels")

    def array(self, name: str) -> torch.Tensor:
        """Images as PyTorch wants them, `[n, 3, height, width]`."""
        values = np.load(self.arrays / f"{name}.npy")
        if values.dtype != np.float32 or len(values) != len(self.cases):
            raise ValueError(f"{name}.npy is not float32 with one row per case")
        return torch.from_numpy(values).permute(0, 3, 1, 2).contiguous()

    def clean(self, model: str) -> torch.Tensor:
        own = f"{model}.clean"
        return self.array(own if (self.arrays / f"{own}.npy").exists() else "clean")

    def entries(self, model: str) -> list[dict]:
        at = [entry["id"] for entry in self.models].index(model)
        return [case["models"][at] for case in self.cases]

    def attacked(self, model: str, attack: str, epsilon: float) -> list[dict]:
        found = [
            [one for one in entry["attacked"] if (one["attack"], one["epsilon"]) == (attack, epsilon)]
            for entry in self.entries(model)
        ]
        return [one for (one,) in found]


def peer_curves(network, attack: dict, images, labels, epsilons, seeds) -> list[Curve]:
    """torchattacks with the hyperparameters of `attack`, once per seed; none where it has no such attack."""
    if attack["id"] == "fgsm":
        return [fgsm_curve(network, images, labels, epsilons)]
    if attack["id"] not in ("bim", "pgd") or attack["restarts"] != 1:
        return []
    budget = (attack["steps"], attack["relativeStepSize"], attack["randomStart"])
    curves = []
    for seed in seeds if attack["randomStart"] else seeds[:1]:
        torch.manual_seed(seed)
        curves.append(pgd_curve(network, images, labels, epsilons, *budget))
    return curves


def accuracies(curves: list[Curve], definition: str, at: int) -> list[float]:
    return [1 - float(getattr(curve, definition)[at].double().mean()) for curve in curves]


def compare(audit: Audit, model: str, network, attack: dict, seeds: list[int]) -> list[Row]:
    clean = audit.clean(model)
    goals = torch.tensor(
        [CLASSES.index(case["label"] or entry["clean"]["verdict"]) for case, entry in zip(audit.cases, audit.entries(model))]
    )
    curves = peer_curves(network, attack, clean, goals, audit.epsilons, seeds)
    rows = []
    for at, epsilon in enumerate(audit.epsilons):
        stated = audit.attacked(model, attack["id"], epsilon)
        adversarial = audit.array(f"{model}.{attack['id']}.{epsilon_name(epsilon)}")
        other, ties = differing(logits_of(network, adversarial), [one["verdict"] for one in stated])
        n, outliers = len(stated), outside(clean, adversarial, epsilon)
        ours = 1 - sum(one["success"] for one in stated) / n
        same, own = accuracies(curves, "any_iterate", at), accuracies(curves, "final", at)
        agrees = not curves or (abs(ours - np.mean(same)) <= POINT and ours <= max(own) + 1 / n + 1e-9)
        passed = outliers == 0 and other == ties and bool(agrees)
        means = [float(np.mean(values)) if values else None for values in (same, own)]
        epsilon255 = float(epsilon_name(epsilon))
        rows.append(Row(model, attack["id"], epsilon255, n, ours, *means, outliers, other, ties, passed))
    return rows


def check_clean(audit: Audit, model: str, network) -> Row:
    entries = audit.entries(model)
    logits = logits_of(network, audit.clean(model))
    other, ties = differing(logits, [entry["clean"]["verdict"] for entry in entries])
    stated = torch.tensor([entry["clean"]["probabilities"] for entry in entries], dtype=torch.float64)
    distance = float((logits.double().softmax(1) - stated).abs().max())
    labelled = [(case, entry) for case, entry in zip(audit.cases, entries) if case["label"] is not None]
    right = sum(case["label"] == entry["clean"]["verdict"] for case, entry in labelled)
    accuracy = right / len(labelled) if labelled else 1.0
    passed = other == ties and distance < NEAR_TIE
    return Row(model, "clean", 0.0, len(labelled), accuracy, None, None, 0, other, ties, passed)


def packages_by_id(folders: list[Path]) -> dict[str, Path]:
    return {json.loads((folder / "card.json").read_text())["id"]: folder for folder in folders}


def run(folder: Path, known: dict[str, Path], seeds: list[int]) -> list[Row]:
    audit = Audit(folder)
    rows = []
    for model in (entry["id"] for entry in audit.models):
        if model not in known:
            raise ValueError(f"the audit used the model {model}; name its folder")
        network = load_network(known[model])
        rows.append(check_clean(audit, model, network))
        for attack in audit.attacks.values():
            rows += compare(audit, model, network, attack, seeds)
    return rows


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path, help="folder of an audit made with --export-arrays, or of bench/craft.ts")
    parser.add_argument("package", type=Path, nargs="+", help="folder of each model that the audit used")
    parser.add_argument("--seeds", type=int, default=3, help="random starts that torchattacks' PGD is averaged over (3)")
    parser.add_argument("--json", action="store_true", help="one JSON document in place of the table")
    arguments = parser.parse_args()
    seeds = list(range(arguments.seeds))
    try:
        packages = packages_by_id(arguments.package)
        rows = (run_crafted if is_crafted(arguments.out) else run)(arguments.out, packages, seeds)
    except (OSError, ValueError, KeyError) as error:
        print(f"parity: {type(error).__name__}: {error}", file=sys.stderr)
        return 2
    passed = all(row.passed for row in rows)
    if arguments.json:
        print(json.dumps({"passed": passed, "seeds": seeds, "rows": [asdict(row) for row in rows]}, indent=1))
    else:
        print(table(rows, seeds))
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
