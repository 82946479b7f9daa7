"""Criteria, weights, thresholds, locks, triggers, priority: pure."""
