"""Is it any good: scores for generated images, each beside what real images score themselves.

`report` computes all of them for images; `mode_coverage` and `density_error` are for the toys, whose truth is
known.
"""

from gancore.metrics.classes import class_fidelity, class_shares
from gancore.metrics.distances import frechet_distance, inception_score, kernel_distance
from gancore.metrics.neighbours import Novelty, density_and_coverage, novelty, precision_and_recall
from gancore.metrics.report import Report, Score, compare, report
from gancore.metrics.toys import DensityError, ModeCoverage, density_error, mode_coverage

__all__ = [
    "DensityError",
    "ModeCoverage",
    "Novelty",
    "Report",
    "Score",
    "class_fidelity",
    "class_shares",
    "compare",
    "density_and_coverage",
    "density_error",
    "frechet_distance",
    "inception_score",
    "kernel_distance",
    "mode_coverage",
    "novelty",
    "precision_and_recall",
    "report",
]
