"""A run's tables and curves come in; what could be wrong with the model goes out as tables.

Posterior predictive checks by table, straightness of the logit, edges under other assumptions,
older cycles that predict newer ones, and slopes that their pool predicts without them.
"""
