"""What several test files share: the embedded digits, and the devices to check on."""

import pytest
import torch

from gancore import data


@pytest.fixture(scope="session")
def digits() -> data.ImageData:
    return data.load()


@pytest.fixture(params=["cpu", "cuda"])
def device(request) -> torch.device:
    if request.param == "cuda" and not torch.cuda.is_available():
        pytest.skip("no CUDA device")
    return torch.device(request.param)
