"""Criticism of the model: tables of what could be wrong with a run's curves.

Posterior predictive checks by table, straightness of the logit, edges under other assumptions,
older cycles that predict newer ones, and slopes that their pool predicts without them.
"""
