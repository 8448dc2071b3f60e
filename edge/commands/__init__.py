"""Commands of the box, one module a feature; each registers itself with `edge.cli`, which imports it at its end."""
