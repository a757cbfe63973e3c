"""A graph of a few nodes in the streaming CTC form whose output depends on who else is in the batch.

Public models in int8 round the activations of a whole batch with one scale, so a loud call changes a quiet one's
numbers; the program must notice that and run their calls one by one. Here a single rounded product does it.

    python3 -m models.recipe.public.int8 asr/zipformer/testdata/int8.onnx
"""

from __future__ import annotations

import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

TOKENS, CHUNK, WINDOW = 5, 32, 45
STATES = {
    "cached_key_0": (1, [4, "N", 2]), "cached_nonlin_attn_0": (1, [1, "N", 4, 3]), "cached_val1_0": (1, [4, "N", 2]),
    "cached_val2_0": (1, [4, "N", 2]), "cached_conv1_0": (1, ["N", 4, 1]), "cached_conv2_0": (1, ["N", 4, 1]),
    "embed_states": (1, ["N", 128, 3, 19]), "processed_lens": (7, ["N"]),
}


def main() -> None:
    dice = np.random.default_rng(1)
    values = {
        "weight": dice.integers(-90, 90, (80, TOKENS)).astype(np.int8), "zero": np.int8(0), "small": np.float32(2e-3),
        "from": np.array([0]), "to": np.array([CHUNK]), "axis": np.array([1]), "every": np.array([4]), "one": np.array([1]),
    }
    nodes = [
        helper.make_node("Slice", ["x", "from", "to", "axis", "every"], ["frames"]),
        helper.make_node("DynamicQuantizeLinear", ["frames"], ["rounded", "scale", "offset"]),
        helper.make_node("MatMulInteger", ["rounded", "weight", "offset", "zero"], ["whole"]),
        helper.make_node("Cast", ["whole"], ["product"], to=TensorProto.FLOAT),
        helper.make_node("Mul", ["scale", "small"], ["step"]),
        helper.make_node("Mul", ["product", "step"], ["scores"]),
        helper.make_node("LogSoftmax", ["scores"], ["log_probs"], axis=2),
        helper.make_node("Add", ["processed_lens", "one"], ["new_processed_lens"]),
    ]
    nodes += [helper.make_node("Identity", [n], ["new_" + n]) for n in STATES if n != "processed_lens"]
    info = helper.make_tensor_value_info
    graph = helper.make_graph(
        nodes, "form",
        [info("x", TensorProto.FLOAT, ["N", WINDOW, 80]), *(info(n, kind, shape) for n, (kind, shape) in STATES.items())],
        [info("log_probs", TensorProto.FLOAT, ["N", None, TOKENS]), *(info("new_" + n, kind, shape) for n, (kind, shape) in STATES.items())],
        [numpy_helper.from_array(np.asarray(v), n) for n, v in values.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=7)
    helper.set_model_props(model, {
        "model_type": "zipformer2", "version": "1", "comment": "streaming ctc zipformer2", "decode_chunk_len": str(CHUNK),
        "T": str(WINDOW), "num_encoder_layers": "1", "encoder_dims": "4", "cnn_module_kernels": "3", "left_context_len": "4",
        "query_head_dims": "2", "value_head_dims": "2", "num_heads": "1",
    })
    onnx.checker.check_model(model)
    onnx.save(model, sys.argv[1])


if __name__ == "__main__":
    main()
