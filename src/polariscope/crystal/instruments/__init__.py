"""Experiments on crystals, each the same pipe: plan, measure, summarize, judge, report."""
