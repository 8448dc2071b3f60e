"""The heads in PyTorch, for training; `export` writes them as ONNX for the box (edge/language/heads.py reads that)."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import torch
from onnx import TensorProto
from torch import nn
from torch.nn import functional
from torch.optim import swa_utils
from training.data import Example, Said
from training.e5 import Packed, layer_weights
from training.graph import Graph, quantised
from training.noise import Noise

from edge.codebook import KINDS, LABELS, LABELS_OF, OUTPUTS
from edge.language.encoder import Encoded, Encoder
from edge.language.heads import START, context

FIRST_LAYER, LAYERS = 6, 3  # the layers that follow those of the encoder
DROPOUT = 0.1
EPOCHS, BATCH, RATE, HEAD_RATE, DECAY = 4, 32, 4e-4, 1.2e-3, 0.02
WARM_UP = 0.1
AVERAGED = 0.998  # of the running average of weights, which is what is kept (Polyak and Juditsky 1992)
KIND_WEIGHT, LABEL_WEIGHT = 0.2, 5.0
ALONE = 0.15  # share of the utterances that are learnt without what was said before: what they say must count as well
NOISY = 0.4  # share of the texts that have a mishearing as well; it stands for the text every other time
PARTS = ("q", "k", "v", "ao", "fi", "fo")

Progress = Callable[[str], None]


class Layer(nn.Module):
    """One BERT layer whose queries are the utterance and whose keys are also what was said before."""

    def __init__(self, hidden: int, heads: int, epsilon: float) -> None:
        super().__init__()
        self.heads = heads
        sizes = {"fi": (hidden, 4 * hidden), "fo": (4 * hidden, hidden)}
        self.parts = nn.ModuleDict({name: nn.Linear(*sizes.get(name, (hidden, hidden))) for name in PARTS})
        self.norms = nn.ModuleDict({name: nn.LayerNorm(hidden, epsilon) for name in ("aln", "oln")})

    def forward(self, x: torch.Tensor, before: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """x (batch, tokens, hidden) → the same shape. mask: of the keys, those before first."""
        keys = torch.cat([before, x], 1)
        query, key, value = (
            self.parts[name](source).unflatten(-1, (self.heads, -1)).transpose(1, 2)
            for name, source in (("q", x), ("k", keys), ("v", keys))
        )
        mixed = functional.scaled_dot_product_attention(query, key, value, attn_mask=mask[:, None, None, :])
        x = self.norms["aln"](x + self._drop(self.parts["ao"](mixed.transpose(1, 2).flatten(2))))
        return self.norms["oln"](x + self._drop(self.parts["fo"](functional.gelu(self.parts["fi"](x)))))

    def _drop(self, x: torch.Tensor) -> torch.Tensor:
        return functional.dropout(x, DROPOUT, self.training)


class Network(nn.Module):
    """Layers that continue the encoder's, then for every output an attention over the utterance's tokens."""

    def __init__(self, packed: Packed) -> None:
        super().__init__()
        self.heads, self.epsilon = packed.heads, packed.epsilon
        self.layers = nn.ModuleList(Layer(packed.hidden, packed.heads, packed.epsilon) for _ in range(LAYERS))
        weights = layer_weights(packed, range(FIRST_LAYER, FIRST_LAYER + LAYERS))
        with torch.no_grad():
            for index, layer in enumerate(self.layers, start=FIRST_LAYER):
                for name, part in (*layer.parts.items(), *layer.norms.items()):
                    part.weight.copy_(torch.tensor(weights[f"l{index}.{name}.w"]))
                    part.bias.copy_(torch.tensor(weights[f"l{index}.{name}.b"]))
        self.place = nn.Embedding(START + 1, packed.hidden)
        nn.init.normal_(self.place.weight, std=0.02)
        self.norm = nn.LayerNorm(packed.hidden)
        self.looks = nn.Linear(packed.hidden, len(OUTPUTS))
        self.says = nn.Linear(packed.hidden, len(OUTPUTS))
        nn.init.zeros_(self.looks.weight)

    def forward(
        self, x: torch.Tensor, mask: torch.Tensor, before: torch.Tensor, before_mask: torch.Tensor, places: torch.Tensor
    ) -> torch.Tensor:
        """Logits, shape (batch, outputs)."""
        x, before = x + self.place.weight[0], before + self.place(places)
        keys = torch.cat([before_mask, mask], 1)
        for layer in self.layers:
            x = layer(x, before, keys)
        x = functional.dropout(self.norm(x), DROPOUT, self.training)
        looks = self.looks(x).masked_fill(~mask[:, :, None], -1e4).softmax(1)
        return (looks * self.says(x)).sum(1)


class States:
    """What the encoder makes of each text, kept so that it is made once. float16 while it lies here."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._kept: dict[Said, np.ndarray] = {}

    def add(self, said: Sequence[Said]) -> None:
        """Encode what isn't yet."""
        new = sorted({one for one in said if one not in self._kept}, key=lambda one: len(one[1]))
        for start in range(0, len(new), 256):
            part = new[start : start + 256]
            for one, encoded in zip(part, self._encoder.encode(part), strict=True):
                self._kept[one] = encoded.states.astype(np.float16)

    def of(self, said: Said) -> Encoded:
        """The states of a text that was added."""
        return Encoded(states=self._kept[said].astype(np.float32), places=())


class Batches:
    """Examples in batches of similar length, in another order each time."""

    def __init__(self, given: Sequence[Example], states: States, misheard: dict[Said, Said], *, seed: int) -> None:
        self._given, self._states, self._misheard = given, states, misheard
        self._random = random.Random(seed)

    def __len__(self) -> int:
        return -(-len(self._given) // BATCH)

    def epoch(self) -> Iterator[list[Example]]:
        """All examples once."""
        chosen = list(self._given)
        self._random.shuffle(chosen)
        pool = 16 * BATCH  # sorted by length within, so that batches need little padding and still differ
        pools = [chosen[start : start + pool] for start in range(0, len(chosen), pool)]
        ordered = [one for part in pools for one in sorted(part, key=lambda example: len(example.text))]
        batches = [ordered[start : start + BATCH] for start in range(0, len(ordered), BATCH)]
        self._random.shuffle(batches)
        yield from batches

    def tensors(self, batch: Sequence[Example]) -> tuple[torch.Tensor, ...]:
        """The network's inputs."""
        owns, befores, places = [], [], []
        for example in batch:
            said = example.said[-1:] if self._random.random() < ALONE else example.said
            encoded = [self._states.of(self._heard(one)) for one in said]
            states, own = context(encoded, len(encoded) - 1)
            owns.append(encoded[-1].states)
            befores.append(states)
            places.append(own)
        x, mask = _padded(owns)
        before, before_mask = _padded(befores)
        placed = torch.full(before.shape[:2], START)
        for row, own in enumerate(places):
            placed[row, : len(own)] = torch.tensor(own)
        return x, mask, before, before_mask, placed

    def _heard(self, said: Said) -> Said:
        return self._misheard.get(said, said) if self._random.random() < 0.5 else said


def _padded(rows: Sequence[np.ndarray]) -> tuple[torch.Tensor, torch.Tensor]:
    longest = max(len(row) for row in rows)
    padded, mask = torch.zeros(len(rows), longest, rows[0].shape[1]), torch.zeros(len(rows), longest, dtype=torch.bool)
    for at, row in enumerate(rows):
        padded[at, : len(row)], mask[at, : len(row)] = torch.from_numpy(row), True
    return padded, mask


def targets(batch: Sequence[Example]) -> tuple[torch.Tensor, torch.Tensor, list[torch.Tensor]]:
    """Labels (batch, labels), which of them the speaker can have, and each kinded label's kind or -100."""
    wanted, possible = torch.zeros(len(batch), len(LABELS)), torch.zeros(len(batch), len(LABELS))
    for row, example in enumerate(batch):
        for column, label in enumerate(LABELS):
            wanted[row, column] = label in example.labels
            possible[row, column] = label in LABELS_OF[example.speaker]
    kinds = [
        torch.tensor([names.index(one.kinds[label]) if label in one.kinds else -100 for one in batch])
        for label, names in KINDS.items()
    ]
    return wanted, possible, kinds


def loss_of(logits: torch.Tensor, batch: Sequence[Example]) -> torch.Tensor:
    """Binary cross-entropy of labels and cross-entropy of kinds."""
    wanted, possible, kinds = targets(batch)
    each = functional.binary_cross_entropy_with_logits(logits[:, : len(LABELS)], wanted, reduction="none")
    loss = LABEL_WEIGHT * (each * possible).sum() / possible.sum()
    start = len(LABELS)
    for names, truth in zip(KINDS.values(), kinds, strict=True):
        if bool((truth >= 0).any()):
            loss = loss + KIND_WEIGHT * functional.cross_entropy(logits[:, start : start + len(names)], truth)
        start += len(names)
    return loss


def train(given: Sequence[Example], packed: Packed, states: States, *, seed: int, told: Progress) -> Network:
    """Train the heads on examples. The same examples and seed give the same weights on the same kind of processor."""
    torch.manual_seed(seed)
    misheard = _misheard(given, seed=seed)
    states.add([said for example in given for said in example.said])
    states.add(list(misheard.values()))
    network, batches = Network(packed), Batches(given, states, misheard, seed=seed)
    averaged = swa_utils.AveragedModel(network, multi_avg_fn=swa_utils.get_ema_multi_avg_fn(AVERAGED))
    layers = list(network.layers.parameters())
    rest = [one for name, one in network.named_parameters() if not name.startswith("layers")]
    groups = [{"params": layers, "lr": RATE}, {"params": rest, "lr": HEAD_RATE}]
    optimiser = torch.optim.AdamW(groups, weight_decay=DECAY, fused=True)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, [RATE, HEAD_RATE], total_steps=len(batches) * EPOCHS, pct_start=WARM_UP, anneal_strategy="linear"
    )
    started = time.monotonic()
    for number in range(EPOCHS):
        network.train()
        total = 0.0
        for batch in batches.epoch():
            loss = loss_of(network(*batches.tensors(batch)), batch)
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            averaged.update_parameters(network)
            total += loss.item()
        told(f"epoch {number + 1} of {EPOCHS}: loss {total / len(batches):.3f}, {time.monotonic() - started:.0f} s")
    return averaged.module.eval()


def _misheard(given: Sequence[Example], *, seed: int) -> dict[Said, Said]:
    texts = sorted({said for example in given for said in example.said}, key=lambda said: (said[1], said[0]))
    chosen, noise = random.Random(seed), Noise((text for _, text in texts), seed=seed)
    return {(speaker, text): (speaker, noise.mishear(text)) for speaker, text in texts if chosen.random() < NOISY}


def export(network: Network) -> bytes:
    """The heads as ONNX in 8 bit."""
    graph, weights = Graph(), _weights(network)
    hidden = network.norm.normalized_shape[0]
    own = graph.constant("own_place", weights["place"][:1])
    x = graph.add("Add", "x", own)
    before = graph.add("Add", "before", graph.add("Gather", graph.constant("place", weights["place"]), "places"))
    for index in range(LAYERS):
        x = graph.layer(x, f"l{index}", weights, heads=network.heads, epsilon=network.epsilon, before=before)
    x = graph.norm(x, "norm", weights, epsilon=1e-5)
    looks = graph.add("Softmax", graph.linear(x, "looks", weights), axis=1)
    pulls = graph.add("Mul", looks, graph.linear(x, "says", weights), name="pulls")
    graph.add("ReduceSum", pulls, graph.indices(1), name="logits", keepdims=0)
    model = graph.model(
        "language-heads",
        {
            "x": (TensorProto.FLOAT, [1, "tokens", hidden]),
            "before": (TensorProto.FLOAT, [1, "earlier", hidden]),
            "places": (TensorProto.INT64, [1, "earlier"]),
        },
        {"logits": [1, len(OUTPUTS)], "pulls": [1, "tokens", len(OUTPUTS)]},
    )
    return quantised(model)


def _weights(network: Network) -> dict[str, np.ndarray]:
    found = {"place": network.place.weight.detach().numpy()}
    named = [("norm", network.norm), ("looks", network.looks), ("says", network.says)]
    for index, layer in enumerate(network.layers):
        named += [(f"l{index}.{name}", part) for name, part in (*layer.parts.items(), *layer.norms.items())]
    for name, part in named:
        found[f"{name}.w"], found[f"{name}.b"] = part.weight.detach().numpy(), part.bias.detach().numpy()
    return found
