"""Chains of a tempered local posterior, all in one batched computation; torch."""
