"""The reranker's graphs score as the net that was trained, and without torch."""

from pathlib import Path

import numpy as np
import pytest

from models.adapter import AdapterDoesNotFit, fit_adapter, merged
from models.reranker_onnx import RerankerGraphs

SHIPPED = Path("models/artifacts/evidence/reranker.safetensors")
LENGTH = 48


def drawn(rows, length, sections):
    rng = np.random.default_rng(7)
    ids = rng.integers(1000, 30000, (rows, length))
    parts = np.sort(rng.integers(1, sections + 1, (rows, length)), axis=1)
    for row in range(rows):
        ids[row, length - 3 * row :] = 0
        parts[row, length - 3 * row :] = 0
    return ids, parts, rng.integers(0, 3, (rows, 3))


@pytest.fixture(scope="module")
def graphs():
    return RerankerGraphs(SHIPPED)


def test_the_graphs_score_as_the_net_that_torch_trained(graphs):
    import torch

    from models.reranker_net import ReadCandidates, RerankerNet

    (ids, parts, _), (said, sections, places) = drawn(1, 96, 5), drawn(6, LENGTH, 3)
    ours = graphs.score(graphs.read_criterion(ids, parts), graphs.read(said), sections, places)
    net = fit_adapter(RerankerNet(), SHIPPED).eval()
    ids, parts, said, sections, places = map(torch.from_numpy, (ids, parts, said, sections, places))
    with torch.inference_mode():
        criterion = net.read_criteria(net.read(ids), parts)
        theirs = net(criterion, ReadCandidates(net.read(said), sections, places, torch.zeros(6, dtype=torch.long)))
    assert np.ptp(ours) > 0.1
    assert np.abs(ours - theirs.numpy()).max() < 1e-4


def test_a_score_is_the_same_to_the_last_digit_whatever_stands_beside_it(graphs):
    (ids, parts, _), (said, sections, places) = drawn(1, 96, 5), drawn(6, LENGTH, 3)
    criterion = graphs.read_criterion(ids, parts)
    together = graphs.score(criterion, graphs.read(said), sections, places)
    for rows in range(2, 6):
        fewer = graphs.score(criterion, graphs.read(said[:rows]), sections[:rows], places[:rows])
        assert fewer.tobytes() == together[:rows].tobytes()


def test_a_file_that_is_no_adapter_is_refused_by_name(tmp_path):
    path = tmp_path / "reranker.safetensors"
    path.write_bytes(b"not tensors")
    with pytest.raises(AdapterDoesNotFit, match=r"reranker\.safetensors: is no safetensors file"):
        merged(path)
