"""A model package (model.json, weights.bin) as a PyTorch module: written from the format alone, so that it shares no
code, and no mistake, with the engine that it checks."""

import json
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional
from torch.nn.utils.fusion import fuse_conv_bn_eval


class SameConvolution(nn.Module):
    """Convolution with TensorFlow's padding "same": the output has ceil(input / stride) positions, and an odd number
    of padded rows or columns puts the larger half below and to the right. PyTorch only pads evenly."""

    def __init__(self, convolution: nn.Conv2d):
        super().__init__()
        self.convolution = convolution

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        height = self._missing(x.shape[2], 0)
        width = self._missing(x.shape[3], 1)
        padding = (height // 2, width // 2)
        if height % 2 or width % 2:
            x = functional.pad(x, (width // 2, width - width // 2, height // 2, height - height // 2))
            padding = (0, 0)
        layer = self.convolution
        return functional.conv2d(x, layer.weight, layer.bias, layer.stride, padding)

    def _missing(self, size: int, axis: int) -> int:
        kernel, stride = self.convolution.kernel_size[axis], self.convolution.stride[axis]
        return max((-(-size // stride) - 1) * stride + kernel - size, 0)


class Rescaling(nn.Module):
    def __init__(self, scale: float, offset: float):
        super().__init__()
        self.scale, self.offset = scale, offset

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x * self.scale + self.offset


class Sum(nn.Module):
    def forward(self, *terms: torch.Tensor) -> torch.Tensor:
        return sum(terms[1:], terms[0])


class SpatialMean(nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x.mean((2, 3))


class Network(nn.Module):
    """float32 NCHW RGB in [0, 1] to logits. `steps` are (layer, names of its inputs) in order; a layer's output goes by its name."""

    def __init__(self, layers: dict[str, nn.Module], steps: list[tuple[str, list[str]]], source: str, result: str):
        super().__init__()
        self.layers = nn.ModuleDict(layers)
        self.steps, self.source, self.result = steps, source, result

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        values = {self.source: images}
        for name, inputs in self.steps:
            values[name] = self.layers[name](*(values[source] for source in inputs))
        return values[self.result]

    def folded(self) -> "Network":
        """The same function for inference, each batch normalisation folded into the convolution before it."""
        layers, steps, renamed = dict(self.layers.items()), [], {}
        uses = [source for _, inputs in self.steps for source in inputs]
        for name, inputs in self.steps:
            inputs = [renamed.get(source, source) for source in inputs]
            before = layers.get(inputs[0])
            if isinstance(layers[name], nn.BatchNorm2d) and isinstance(before, SameConvolution) and uses.count(inputs[0]) == 1:
                layers[inputs[0]] = SameConvolution(fuse_conv_bn_eval(before.convolution, layers[name]))
                renamed[name] = inputs[0]
            else:
                steps.append((name, inputs))
        kept = {name: layers[name] for name, _ in steps}
        return Network(kept, steps, self.source, renamed.get(self.result, self.result)).eval()


def load_network(package: Path) -> Network:
    """The network of a package, in inference mode. Raises ValueError on a layer that packages do not hold."""
    topology = json.loads((package / "model.json").read_text())
    config = topology["modelTopology"]
    config = config.get("model_config", config)["config"]
    weights = read_weights(package, topology["weightsManifest"])
    layers, steps, source = {}, [], None
    for layer in config["layers"]:
        name = layer["name"]
        if layer["class_name"] == "InputLayer":
            source = name
            continue
        layers[name] = make_layer(layer["class_name"], layer["config"], weights.get(name, {}))
        (node,) = layer["inbound_nodes"]
        steps.append((name, [origin for origin, *_ in node]))
    return Network(layers, steps, source, config["output_layers"][0][0]).eval()


def read_weights(package: Path, manifest: list[dict]) -> dict[str, dict[str, torch.Tensor]]:
    """Weights by layer and by their name within it."""
    (group,) = manifest
    data = b"".join((package / path).read_bytes() for path in group["paths"])
    found: dict[str, dict[str, torch.Tensor]] = {}
    start = 0
    for entry in group["weights"]:
        if entry["dtype"] != "float32":
            raise ValueError(f"{entry['name']} is {entry['dtype']}, not float32")
        count = int(np.prod(entry["shape"]))
        values = np.frombuffer(data, "<f4", count, start).reshape(entry["shape"])
        start += 4 * count
        layer, _, weight = entry["name"].rpartition("/")
        found.setdefault(layer, {})[weight] = torch.tensor(values)
    if start != len(data):
        raise ValueError(f"the weights have {len(data)} bytes, model.json describes {start}")
    return found


def make_layer(kind: str, config: dict, weights: dict[str, torch.Tensor]) -> nn.Module:
    match kind:
        case "Rescaling":
            return Rescaling(config["scale"], config["offset"])
        case "Conv2D":
            return with_activation(make_convolution(config, weights), config)
        case "BatchNormalization":
            return make_normalisation(config, weights)
        case "ReLU" if config.get("max_value") is None:
            return nn.ReLU()
        case "Activation":
            return with_activation(nn.Identity(), config)
        case "MaxPooling2D" if config["padding"] == "valid":
            return nn.MaxPool2d(tuple(config["pool_size"]), tuple(config["strides"]))
        case "Add":
            return Sum()
        case "GlobalAveragePooling2D":
            return SpatialMean()
        case "Dense":
            return with_activation(make_dense(weights), config)
        case _:
            raise ValueError(f"layer {config['name']} is a {kind} that this script does not know")


def with_activation(layer: nn.Module, config: dict) -> nn.Module:
    match config["activation"]:
        case "linear":
            return layer
        case "relu":
            return nn.Sequential(layer, nn.ReLU())
        case other:
            raise ValueError(f"layer {config['name']} has the activation {other}")


def make_convolution(config: dict, weights: dict[str, torch.Tensor]) -> nn.Module:
    kernel = weights["kernel"].permute(3, 2, 0, 1).contiguous()  # height, width, in, out -> out, in, height, width
    outputs, inputs, *size = kernel.shape
    convolution = nn.Conv2d(inputs, outputs, size, stride=tuple(config["strides"]), bias="bias" in weights)
    convolution.weight.data = kernel
    if "bias" in weights:
        convolution.bias.data = weights["bias"]
    if config["padding"] not in ("same", "valid") or set(config["dilation_rate"]) != {1}:
        raise ValueError(f"layer {config['name']} is padded or dilated in a way that packages do not use")
    return SameConvolution(convolution) if config["padding"] == "same" else convolution


def make_normalisation(config: dict, weights: dict[str, torch.Tensor]) -> nn.Module:
    # PyTorch's momentum is the weight of the new value, Keras's that of the old one.
    layer = nn.BatchNorm2d(len(weights["moving_mean"]), eps=config["epsilon"], momentum=1 - config["momentum"])
    layer.running_mean.data = weights["moving_mean"]
    layer.running_var.data = weights["moving_variance"]
    if "gamma" in weights:
        layer.weight.data = weights["gamma"]
    if "beta" in weights:
        layer.bias.data = weights["beta"]
    return layer


def make_dense(weights: dict[str, torch.Tensor]) -> nn.Module:
    kernel = weights["kernel"].T.contiguous()
    layer = nn.Linear(kernel.shape[1], kernel.shape[0], bias="bias" in weights)
    layer.weight.data = kernel
    if "bias" in weights:
        layer.bias.data = weights["bias"]
    return layer
