"""Constructors of the estimators, written out from the table of algorithms.

The modules here are generated and checked in, so that editors, ``help`` and ``inspect`` see every parameter.
Change :mod:`h2o_sklearn._algorithms` and run ``python -m h2o_sklearn._signatures``; a test keeps them in
step.
"""
