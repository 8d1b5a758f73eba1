"""Rewrites the two published ONNX graphs so that InsightFace's own classes can run them.

The files of OpenCV Zoo hold block-quantised weights that plain ONNX Runtime refuses, and YuNet's outputs are shaped
differently from those of SCRFD. The rewriting is arithmetic on the graph and changes no result: benchmarks/faces.py
compares the outcome with OpenCV's own runners. The same input gives the same bytes on every machine, because an
embedding is tied to the SHA-256 of the recogniser that made it. Must not read or write files.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

Weights = dict[str, npt.NDArray[Any]]

STRIDES = (8, 16, 32)  # YuNet and SCRFD both predict on these three grids.
SCRFD_MEAN = 127.5  # InsightFace feeds a detector (x - 127.5) / 128 in RGB …
SCRFD_STD = 128.0
IR_VERSION = 8  # The oldest that opset 21's readers accept; fixed, so that the bytes do not follow the onnx release.


def scrfd_from_yunet(published: bytes) -> bytes:
    """Wrap YuNet as a nine-output SCRFD graph (score, box, landmarks for each of three strides).

    SCRFD decodes distances to the four sides from two anchors per cell; YuNet gives centre and size from one. The added
    nodes undo InsightFace's normalisation, turn centre and size into distances and add a second anchor of score 0.
    """
    model = onnx.load_from_string(published)
    nodes, weights = _without_quantisation(model.graph)
    constants: Weights = {
        "std": np.array(SCRFD_STD, np.float32),
        "mean": np.array(SCRFD_MEAN, np.float32),
        "bgr": np.array([2, 1, 0], np.int64),
        "zero": np.array(0, np.float32),
        "half": np.array(0.5, np.float32),
        "axis_0": np.array([0], np.int64),
        "axis_2": np.array([2], np.int64),
        "at_0": np.array([0], np.int64),
        "at_2": np.array([2], np.int64),
        "at_4": np.array([4], np.int64),
        **{f"rows_of_{width}": np.array([-1, width], np.int64) for width in (1, 4, 10)},
    }
    before = [
        helper.make_node("Mul", ["normalised", "std"], ["scaled"]),
        helper.make_node("Add", ["scaled", "mean"], ["rgb"]),
        helper.make_node("Gather", ["rgb", "bgr"], [model.graph.input[0].name], axis=1),
    ]
    after = [node for stride in STRIDES for node in _scrfd_outputs(stride)]
    outputs = [
        helper.make_tensor_value_info(f"{kind}_of_{stride}", TensorProto.FLOAT, [f"anchors_{stride}", width])
        for kind, width in (("score", 1), ("distances", 4), ("landmarks", 10))
        for stride in STRIDES
    ]
    inputs = [helper.make_tensor_value_info("normalised", TensorProto.FLOAT, [1, 3, "height", "width"])]
    return _serialised(model, "yunet_as_scrfd", [*before, *nodes, *after], inputs, outputs, weights | constants)


def _scrfd_outputs(stride: int) -> list[onnx.NodeProto]:
    """Nodes that turn YuNet's four outputs of one stride into SCRFD's three."""
    p = f"s{stride}_"
    make = helper.make_node
    return [
        # OpenCV's FaceDetectorYN scores a cell by the geometric mean of class and objectness.
        make("Mul", [f"cls_{stride}", f"obj_{stride}"], [p + "product"]),
        make("Sqrt", [p + "product"], [p + "mean"]),
        make("Squeeze", [p + "mean", "axis_0"], [p + "score"]),
        make("Slice", [f"bbox_{stride}", "at_0", "at_2", "axis_2"], [p + "centre"]),
        make("Slice", [f"bbox_{stride}", "at_2", "at_4", "axis_2"], [p + "log_size"]),
        make("Exp", [p + "log_size"], [p + "size"]),
        make("Mul", [p + "size", "half"], [p + "half_size"]),
        make("Sub", [p + "half_size", p + "centre"], [p + "left_top"]),
        make("Add", [p + "half_size", p + "centre"], [p + "right_bottom"]),
        make("Concat", [p + "left_top", p + "right_bottom"], [p + "sides"], axis=2),
        make("Squeeze", [p + "sides", "axis_0"], [p + "box"]),
        make("Squeeze", [f"kps_{stride}", "axis_0"], [p + "points"]),
        make("Mul", [p + "score", "zero"], [p + "no_score"]),
        make("Concat", [p + "score", p + "no_score"], [p + "scores"], axis=1),
        make("Reshape", [p + "scores", "rows_of_1"], [f"score_of_{stride}"]),
        make("Concat", [p + "box", p + "box"], [p + "boxes"], axis=1),
        make("Reshape", [p + "boxes", "rows_of_4"], [f"distances_of_{stride}"]),
        make("Concat", [p + "points", p + "points"], [p + "pairs"], axis=1),
        make("Reshape", [p + "pairs", "rows_of_10"], [f"landmarks_of_{stride}"]),
    ]


def recogniser_from_sface(published: bytes) -> bytes:
    """Unpack SFace to float32 with a free batch size, and simplify it where that changes no result."""
    model = onnx.load_from_string(published)
    nodes, weights = _without_quantisation(model.graph)
    nodes = _without_dropout(nodes)
    nodes, weights = _with_folded_normalisation(nodes, weights)
    nodes, weights = _with_plain_prelu(nodes, weights)
    inputs = [info for info in model.graph.input if info.name not in weights and info.name in _inputs_of(nodes)]
    outputs = list(model.graph.output)
    for info in (*inputs, *outputs):
        info.type.tensor_type.shape.dim[0].dim_param = "faces"
    return _serialised(model, "sface", nodes, inputs, outputs, weights)


def _without_quantisation(graph: onnx.GraphProto) -> tuple[list[onnx.NodeProto], Weights]:
    """Compute every DequantizeLinear and Reshape that works on stored weights alone; return what remains."""
    weights: Weights = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    remaining = []
    for node in graph.node:
        if node.op_type == "DequantizeLinear" and node.input[0] in weights:
            attributes = {attribute.name: attribute.i for attribute in node.attribute}
            values, scale, zero = (weights[name] for name in node.input)
            weights[node.output[0]] = _dequantised(
                values, scale, zero, axis=attributes.get("axis", 1), block=attributes.get("block_size", 0)
            )
        elif node.op_type == "Reshape" and all(name in weights for name in node.input):
            weights[node.output[0]] = weights[node.input[0]].reshape(weights[node.input[1]].tolist())
        else:
            remaining.append(node)
    return remaining, weights


def _dequantised(
    values: npt.NDArray[Any], scale: npt.NDArray[Any], zero: npt.NDArray[Any], *, axis: int, block: int
) -> npt.NDArray[np.float32]:
    """Return (values - zero) * scale as the ONNX operator DequantizeLinear (opset 21) defines it."""
    if block:
        length = np.arange(values.shape[axis])
        scale = np.take(np.repeat(scale, block, axis=axis), length, axis=axis)
        zero = np.take(np.repeat(zero, block, axis=axis), length, axis=axis)
    elif scale.ndim == 1 and scale.size > 1:
        along = [1] * values.ndim
        along[axis] = -1
        scale, zero = scale.reshape(along), zero.reshape(along)
    return np.asarray((values.astype(np.float32) - zero.astype(np.float32)) * scale, np.float32)


def _without_dropout(nodes: Iterable[onnx.NodeProto]) -> list[onnx.NodeProto]:
    """Remove Dropout, which does nothing at inference, and connect its readers to its input."""
    renamed: dict[str, str] = {}
    kept = []
    for node in nodes:
        if node.op_type == "Dropout":
            renamed[node.output[0]] = node.input[0]
            continue
        for place, name in enumerate(node.input):
            node.input[place] = renamed.get(name, name)
        kept.append(node)
    return kept


def _with_folded_normalisation(
    nodes: Sequence[onnx.NodeProto], weights: Weights
) -> tuple[list[onnx.NodeProto], Weights]:
    """Fold each BatchNormalization that follows a convolution into the convolution's weights and bias."""
    readers: dict[str, list[onnx.NodeProto]] = {}
    for node in nodes:
        for name in node.input:
            readers.setdefault(name, []).append(node)
    weights = dict(weights)
    kept: list[onnx.NodeProto] = []
    folded: set[str] = set()
    for node in nodes:
        following = readers.get(node.output[0], [])
        if node.op_type == "Conv" and [reader.op_type for reader in following] == ["BatchNormalization"]:
            kept.append(_folded(node, following[0], weights))
            folded.add(following[0].output[0])
        elif node.output[0] not in folded:
            kept.append(node)
    return kept, weights


def _folded(convolution: onnx.NodeProto, normalisation: onnx.NodeProto, weights: Weights) -> onnx.NodeProto:
    """Return one convolution that does the work of both nodes; replaces its weights in place, computed in float64."""
    gain, shift, mean, variance = (weights[name].astype(np.float64) for name in normalisation.input[1:5])
    epsilon = next((a.f for a in normalisation.attribute if a.name == "epsilon"), 1e-5)  # ONNX's default
    factor = gain / np.sqrt(variance + epsilon)
    kernel = convolution.input[1]
    bias = weights[convolution.input[2]].astype(np.float64) if len(convolution.input) > 2 else np.zeros_like(mean)
    weights[kernel] = (weights[kernel] * factor.reshape(-1, 1, 1, 1)).astype(np.float32)
    weights[kernel + "_bias"] = (shift + (bias - mean) * factor).astype(np.float32)
    node = helper.make_node(
        "Conv", [convolution.input[0], kernel, kernel + "_bias"], [normalisation.output[0]], name=convolution.name
    )
    node.attribute.extend(convolution.attribute)
    return node


def _with_plain_prelu(nodes: Iterable[onnx.NodeProto], weights: Weights) -> tuple[list[onnx.NodeProto], Weights]:
    """Write PReLU as a*x + (1-a)*relu(x): the same function, kept by ONNX Runtime in its blocked layout (2x faster)."""
    weights = dict(weights)
    kept: list[onnx.NodeProto] = []
    for node in nodes:
        if node.op_type != "PRelu":
            kept.append(node)
            continue
        source, slope = node.input
        out = node.output[0]
        weights[out + "_slope"] = weights[slope].astype(np.float32)
        weights[out + "_rest"] = (1 - weights[slope]).astype(np.float32)
        kept += [
            helper.make_node("Relu", [source], [out + "_relu"]),
            helper.make_node("Mul", [source, out + "_slope"], [out + "_sloped"]),
            helper.make_node("Mul", [out + "_relu", out + "_rest"], [out + "_positive"]),
            helper.make_node("Add", [out + "_sloped", out + "_positive"], [out]),
        ]
    return kept, weights


def _inputs_of(nodes: Iterable[onnx.NodeProto]) -> set[str]:
    return {name for node in nodes for name in node.input}


def _serialised(
    published: onnx.ModelProto,
    name: str,
    nodes: Sequence[onnx.NodeProto],
    inputs: Sequence[onnx.ValueInfoProto],
    outputs: Sequence[onnx.ValueInfoProto],
    weights: Weights,
) -> bytes:
    """Return the checked model as bytes, holding only the weights that are read, in the order of their names."""
    asked = _inputs_of(nodes) | {output.name for output in outputs}
    nodes = [node for node in nodes if any(output in asked for output in node.output)]
    used = _inputs_of(nodes)
    tensors = [
        numpy_helper.from_array(np.asarray(array, order="C"), key)
        for key, array in sorted(weights.items())
        if key in used
    ]
    graph = helper.make_graph(list(nodes), name, list(inputs), list(outputs), tensors)
    model = helper.make_model(graph, opset_imports=list(published.opset_import))
    model.ir_version = IR_VERSION
    onnx.checker.check_model(model)
    return bytes(model.SerializeToString(deterministic=True))
