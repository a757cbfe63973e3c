"""The ONNX graph of the acoustic model in whole numbers; rounded.py says what its constants mean.

Inputs and outputs, N streams, T frames of 10 ms (a multiple of 4), bytes where not said otherwise:

    feats [N, T, 40] float32           zh [N, T/4, U], en [N, T/4, E], speech [N, T/4] float32
    pairs [N, 1, 80]                   pairs_out [N, 1 + T/2, 80]
    quads [N, 1, 320]                  quads_out [N, 1 + T/4, 320]
    pastK [N, 10, C], a block's each   pastK_out [N, 10 + T/4, C]

The last rows of an _out are what the next chunk takes in: as many as came in.  In the
metadata state_start names the value of every byte at the start of a call, and
state_period the frames that add a row, both for each memory in the inputs' order.
"""

from __future__ import annotations

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from .network import KERNEL, MELS
from .rounded import CLIP, SIGNED, Tables

OPSET, CONTRIB, IR = 14, 1, 7
MIDDLE = 128  # the byte that stands for zero among signed numbers
EPSILON = 1e-5


class Builder:
    """Nodes and constants as they come."""

    def __init__(self, tables: Tables) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants = [numpy_helper.from_array(np.ascontiguousarray(v), k) for k, v in tables.items()]
        for name, value in (("one", np.float32(1)), ("zero", np.uint8(0)), ("middle", np.uint8(MIDDLE))):
            self.constant(name, np.array(value))

    def constant(self, name: str, value: np.ndarray) -> str:
        """Name of a new constant."""
        self.constants.append(numpy_helper.from_array(value, name))
        return name

    def node(self, kind: str, inputs: list[str], outputs: list[str], **attributes: object) -> str:
        """Name of the first output of a new node."""
        self.nodes.append(helper.make_node(kind, inputs, outputs, **attributes))
        return outputs[0]

    def product(self, name: str, x: str, centre: str) -> str:
        """Bytes times a matrix, as floats; centre names the byte of a zero."""
        # A zero point of each product's own: on processors whose 8-bit products may overflow the runtime replaces it.
        zeros = self.constant(name + ".zero", np.zeros(self.width(name + ".bias"), np.int8))
        inputs = [x, name + ".weight", "one", name + ".scale", centre, zeros, name + ".bias"]
        return self.node("MatMulIntegerToFloat", inputs, [name], domain="com.microsoft")

    def bytes(self, x: str, name: str, centre: str, step: str = "one") -> str:
        """Floats counted in steps, cut off at the ends of a byte."""
        return self.node("QuantizeLinear", [x, step, centre], [name])

    def stack(self, x: str, past: str, width: int) -> str:
        """Two neighbours each: [N, 2R, width/2] becomes [N, R, 2 width], of rows r-1 and r."""
        shape = self.constant(past + "_shape", np.array([0, -1, width], np.int64))
        rows = self.node("Reshape", [x, shape], [past + "_rows"])
        rows = self.node("Concat", [past, rows], [past + "_out"], axis=1)
        before = self.node("Slice", [rows, "begin", "last", "time"], [past + "_before"])
        after = self.node("Slice", [rows, "second_row", "end", "time"], [past + "_after"])
        return self.node("Concat", [before, after], [past + "_both"], axis=2)

    def norm(self, name: str, x: str, delta: str) -> tuple[str, str]:
        """(LayerNorm of x + delta as bytes, the sum)."""
        total = name + "_sum"
        inputs = [x, delta, name + ".weight", name + ".bias"]
        self.node("SkipLayerNormalization", inputs, [name, "", "", total], domain="com.microsoft", epsilon=EPSILON)
        return self.bytes(name, name + "_bytes", "middle"), total

    def block(self, k: int, x: str, delta: str) -> tuple[str, str]:
        """(x with the delta of the block before, this block's delta)."""
        name, past = f"blocks.{k}.", f"past{k}"
        y, x = self.norm(name + "norm", x, delta)
        seen = self.node("Concat", [past, y], [past + "_out"], axis=1)
        depthwise = name + "depthwise"
        inputs = [seen, "one", "middle", depthwise + ".weight", depthwise + ".scale", "taps_zero", "one", "middle", depthwise + ".bias"]
        mixed = self.node("QLinearConv", inputs, [depthwise], domain="com.microsoft", channels_last=1, group=self.width("norm.bias"), kernel_shape=[KERNEL])
        inner = self.node("Relu", [self.product(name + "inner", mixed, "middle")], [name + "relu"])
        squares = self.node("Mul", [inner, inner], [name + "square"])
        return x, self.product(name + "outer", self.bytes(squares, name + "square_bytes", "zero"), "zero")

    def width(self, name: str) -> int:
        """Length of a constant."""
        return next(c for c in self.constants if c.name == name).dims[0]


def build(tables: Tables, zh: int, en: int, metadata: dict[str, str]) -> onnx.ModelProto:
    """The model, its metadata complete."""
    b = Builder(tables)
    blocks = sum(name.endswith("outer.bias") for name in tables)
    width, dim = len(tables["first.bias"]), len(tables["norm.bias"])
    b.constant("features_step", np.array(CLIP / SIGNED, np.float32))
    b.constant("taps_zero", np.zeros(dim, np.int8))
    for name, value in (("begin", 0), ("last", -1), ("second_row", 1), ("end", 2**31), ("time", 1), ("column", 2)):
        b.constant(name, np.array([value], np.int64))
    x = b.bytes("feats", "feats_bytes", "middle", "features_step")
    x = b.product("first", b.stack(x, "pairs", 2 * MELS), "middle")
    x = b.product("second", b.stack(b.bytes(x, "first_bytes", "zero"), "quads", 2 * width), "zero")
    delta = x  # the first block's norm wants a sum as all the others: the constants hold a half
    for k in range(blocks):
        x, delta = b.block(k, x, delta)
    last, _ = b.norm("norm", x, delta)
    b.constant("heads_sizes", np.array([zh, en, 1], np.int64))
    b.node("Split", [b.product("heads", last, "middle"), "heads_sizes"], ["zh_scores", "en_scores", "speech_score"], axis=2)
    b.node("LogSoftmax", ["zh_scores"], ["zh"], axis=2)
    b.node("LogSoftmax", ["en_scores"], ["en"], axis=2)
    b.node("Squeeze", [b.node("Sigmoid", ["speech_score"], ["speech_column"]), "column"], ["speech"])

    states = [("pairs", 1, 2 * MELS), ("quads", 1, 2 * width), *((f"past{k}", KERNEL - 1, dim) for k in range(blocks))]
    tensor = helper.make_tensor_value_info
    inputs = [tensor("feats", TensorProto.FLOAT, ["N", "T", MELS])]
    inputs += [tensor(name, TensorProto.UINT8, ["N", rows, size]) for name, rows, size in states]
    outputs = [tensor("zh", TensorProto.FLOAT, ["N", "S", zh]), tensor("en", TensorProto.FLOAT, ["N", "S", en]),
               tensor("speech", TensorProto.FLOAT, ["N", "S"])]
    outputs += [tensor(name + "_out", TensorProto.UINT8, ["N", name + "_rows", size]) for name, _, size in states]
    graph = helper.make_graph(b.nodes, "acoustic", inputs, outputs, b.constants)
    opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid("com.microsoft", CONTRIB)]
    proto = helper.make_model(graph, opset_imports=opsets, ir_version=IR, producer_name="voxgate")
    memories = {"state_start": " ".join(["128", "0", *["128"] * blocks]), "state_period": " ".join(["2", "4", *["4"] * blocks])}
    helper.set_model_props(proto, {**metadata, **memories})
    onnx.checker.check_model(proto)
    return proto
