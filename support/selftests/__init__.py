"""Tests of the suite itself."""

import pytest

# An assertion that fails in here says as much as one in a test.
pytest.register_assert_rewrite(
    "support.selftests.audit.audit_world",
    "support.selftests.probes.door_probe",
    "support.selftests.reference.probe",
)
