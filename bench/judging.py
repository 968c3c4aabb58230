"""What an attack's claims are held against: PyTorch's verdicts on the attacked inputs, and the epsilon ball."""

from dataclasses import dataclass

import torch

from torch_attacks import BATCH

CLASSES = ["akiec", "bcc", "bkl", "df", "mel", "nv", "vasc"]

# Adversarials are float32: an addition near 1 rounds by up to 6e-8.
ROUNDING = 1e-6
# Two frameworks sum in different orders; their logits differ by about 1e-5. Below this margin a verdict is a tie.
NEAR_TIE = 1e-3
POINT = 0.01


@dataclass
class Row:
    """One model, attack and epsilon. Accuracies are shares of the images in [0, 1]; null where torchattacks has no peer."""

    model: str
    attack: str
    epsilon255: float
    n: int
    ours: float
    same_definition: float | None
    own_definition: float | None
    outside: int
    """Adversarials outside their ball or [0, 1]."""
    judged_otherwise: int
    near_ties: int
    """Judged otherwise where PyTorch's two largest logits all but agree; allowed."""
    passed: bool


def epsilon_name(epsilon: float) -> str:
    """As files are named: in 1/255, without needless zeros."""
    return f"{epsilon * 255:.4f}".rstrip("0").rstrip(".")


@torch.no_grad()
def logits_of(network, images: torch.Tensor) -> torch.Tensor:
    return torch.cat([network(batch) for batch in images.split(BATCH)])


def differing(logits: torch.Tensor, verdicts: list[str]) -> tuple[int, int]:
    """How many verdicts PyTorch gives otherwise, and how many of these are near-ties."""
    stated = torch.tensor([CLASSES.index(verdict) for verdict in verdicts])
    other = logits.argmax(1) != stated
    margin = logits.max(1).values - logits.gather(1, stated[:, None])[:, 0]
    return int(other.sum()), int((other & (margin < NEAR_TIE)).sum())


def outside(clean: torch.Tensor, adversarial: torch.Tensor, epsilon: float) -> int:
    distance = (adversarial.double() - clean.double()).abs().amax((1, 2, 3))
    in_range = ((adversarial >= 0) & (adversarial <= 1)).all(3).all(2).all(1)
    return int(((distance > epsilon + ROUNDING) | ~in_range).sum())


def table(rows: list[Row], seeds: list[int]) -> str:
    def share(value: float | None) -> str:
        return "-" if value is None else f"{100 * value:.2f}"

    lines = [
        "Accuracy in %, unweighted. Same: torchattacks under the audit's definition of success (any iterate, carried);",
        f"own: under its own (last iterate); PGD is the mean over {len(seeds)} seeds. Judged: adversarials on which",
        "PyTorch's verdict is another one (of them near-ties).",
        "",
        f"{'model':<14} {'attack':<17} {'eps/255':>7} {'n':>5} {'audit':>7} {'same':>7} {'own':>7}  outside  judged  result",
    ]
    for row in rows:
        figures = " ".join(f"{share(value):>7}" for value in (row.ours, row.same_definition, row.own_definition))
        judged = f"{row.judged_otherwise} ({row.near_ties})"
        lines.append(
            f"{row.model:<14} {row.attack:<17} {row.epsilon255:>7g} {row.n:>5} {figures}  {row.outside:>7}"
            f"  {judged:>6}  {'pass' if row.passed else 'FAIL'}"
        )
    failed = sum(not row.passed for row in rows)
    return "\n".join([*lines, "", f"{len(rows) - failed} of {len(rows)} rows pass."])
