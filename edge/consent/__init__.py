"""The consent gate: who agreed to what, and the only place that gives out a call's keys."""
