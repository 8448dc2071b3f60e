"""Networks written as ONNX node by node: the same weights give the same bytes with any exporter, and nothing is traced.

A BERT layer as multilingual-e5-small has it (post-norm, GELU); matrices are then quantised to 8 bit by onnxruntime.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic

OPSET, IR_VERSION = 17, 8
Weights = Mapping[str, NDArray[np.float32]]


class Graph:
    """Nodes and constants in the making. Every method that adds a node returns the name of its output."""

    def __init__(self) -> None:
        self._nodes: list[onnx.NodeProto] = []
        self._constants: dict[str, onnx.TensorProto] = {}

    def add(self, operation: str, *inputs: str, name: str | None = None, **attributes: object) -> str:
        """Add a node with one output."""
        output = name or f"{operation.lower()}_{len(self._nodes)}"
        self._nodes.append(
            helper.make_node(operation, list(inputs), [output], name=f"n{len(self._nodes)}", **attributes)
        )
        return output

    def constant(self, name: str, value: NDArray[np.generic]) -> str:
        """Add a constant once."""
        self._constants.setdefault(name, numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def number(self, value: float) -> str:
        """A float32 scalar."""
        return self.constant(f"number_{value}", np.array(value, dtype=np.float32))

    def indices(self, *values: int) -> str:
        """An int64 vector."""
        return self.constant("indices_" + "_".join(map(str, values)), np.array(values, dtype=np.int64))

    def linear(self, x: str, name: str, weights: Weights) -> str:
        """x W^T + b; weights as (out, in)."""
        matrix = self.constant(f"{name}.w", weights[f"{name}.w"].T)
        return self.add("Add", self.add("MatMul", x, matrix), self.constant(f"{name}.b", weights[f"{name}.b"]))

    def norm(self, x: str, name: str, weights: Weights, *, epsilon: float) -> str:
        """Layer normalisation over the last axis."""
        scale, bias = (self.constant(f"{name}.{part}", weights[f"{name}.{part}"]) for part in "wb")
        return self.add("LayerNormalization", x, scale, bias, axis=-1, epsilon=epsilon)

    def layer(
        self, x: str, name: str, weights: Weights, *, heads: int, epsilon: float, before: str | None = None
    ) -> str:
        """One encoder layer: x attends to itself, and to `before` where there is one; only x goes on.

        There is no mask: one utterance is judged at a time, so that its numbers don't depend on what stands beside it
        (a batch would share the scales of its 8-bit activations).
        """
        hidden = weights[f"{name}.q.w"].shape[1]
        keys = self.add("Concat", before, x, axis=1) if before else x
        split = self.indices(0, 0, heads, hidden // heads)
        query, key, value = (
            self.add("Reshape", self.linear(source, f"{name}.{part}", weights), split)
            for source, part in ((x, "q"), (keys, "k"), (keys, "v"))
        )
        query = self.add("Transpose", query, perm=[0, 2, 1, 3])
        key = self.add("Transpose", key, perm=[0, 2, 3, 1])
        value = self.add("Transpose", value, perm=[0, 2, 1, 3])
        logits = self.add("Mul", self.add("MatMul", query, key), self.number((hidden // heads) ** -0.5))
        shares = self.add("Softmax", logits, axis=-1)
        mixed = self.add("Transpose", self.add("MatMul", shares, value), perm=[0, 2, 1, 3])
        mixed = self.linear(self.add("Reshape", mixed, self.indices(0, 0, hidden)), f"{name}.ao", weights)
        x = self.norm(self.add("Add", x, mixed), f"{name}.aln", weights, epsilon=epsilon)
        inner = self.linear(x, f"{name}.fi", weights)
        erf = self.add("Erf", self.add("Mul", inner, self.number(0.5**0.5)))
        inner = self.add("Mul", self.add("Mul", inner, self.number(0.5)), self.add("Add", erf, self.number(1.0)))
        return self.norm(
            self.add("Add", x, self.linear(inner, f"{name}.fo", weights)), f"{name}.oln", weights, epsilon=epsilon
        )

    def model(
        self, name: str, inputs: Mapping[str, tuple[int, Sequence[object]]], outputs: Mapping[str, Sequence[object]]
    ) -> onnx.ModelProto:
        """The finished model, checked. inputs: name to element type and shape."""
        built = helper.make_model(
            helper.make_graph(
                self._nodes,
                name,
                [helper.make_tensor_value_info(key, kind, shape) for key, (kind, shape) in inputs.items()],
                [helper.make_tensor_value_info(key, TensorProto.FLOAT, shape) for key, shape in outputs.items()],
                list(self._constants.values()),
            ),
            opset_imports=[helper.make_opsetid("", OPSET)],
            producer_name="sottovoce",
        )
        built.ir_version = IR_VERSION
        onnx.checker.check_model(built, full_check=True)
        return built


def quantised(model: onnx.ModelProto) -> bytes:
    """The model with its matrices in 8 bit, one scale an output.

    7 of the 8 bits are used: without VNNI the products of two 8-bit numbers would overflow their 16-bit sums.
    """
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "float.onnx", Path(folder) / "int8.onnx"
        onnx.save(model, source)
        quantize_dynamic(
            source,
            target,
            op_types_to_quantize=["MatMul"],
            per_channel=True,
            reduce_range=True,
            weight_type=QuantType.QInt8,
            extra_options={"MatMulConstBOnly": True},
        )
        return target.read_bytes()
