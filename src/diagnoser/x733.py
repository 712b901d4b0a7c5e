"""The words of ITU-T X.733: perceived severities and probable causes.

Numbers of the severities are those of RFC 8632; the probable causes are X.733's own 57 and the
ones of M.3100 that telecom equipment needs beyond them.
"""

from __future__ import annotations

from typing import Literal, get_args

PerceivedSeverity = Literal["indeterminate", "warning", "minor", "major", "critical"]

SEVERITY_ORDER: dict[str, int] = {"indeterminate": 2, "warning": 3, "minor": 4, "major": 5, "critical": 6}
"""RFC 8632 numbers, greater is worse."""

ProbableCause = Literal[
    "adapterError", "applicationSubsystemFailure", "bandwidthReduced", "callEstablishmentError",
    "communicationsProtocolError", "communicationsSubsystemFailure", "configurationOrCustomizationError",
    "congestion", "corruptData", "cpuCyclesLimitExceeded", "dataSetOrModemError", "degradedSignal",
    "dTE-DCEInterfaceError", "enclosureDoorOpen", "equipmentMalfunction", "excessiveVibration", "fileError",
    "fireDetected", "floodDetected", "framingError", "heatingOrVentilationOrCoolingSystemProblem",
    "humidityUnacceptable", "inputOutputDeviceError", "inputDeviceError", "lANError", "leakDetected",
    "localNodeTransmissionError", "lossOfFrame", "lossOfSignal", "materialSupplyExhausted",
    "multiplexerProblem", "outOfMemory", "outputDeviceError", "performanceDegraded", "powerProblem",
    "pressureUnacceptable", "processorProblem", "pumpFailure", "queueSizeExceeded", "receiveFailure",
    "receiverFailure", "remoteNodeTransmissionError", "resourceAtOrNearingCapacity",
    "responseTimeExcessive", "retransmissionRateExcessive", "softwareError",
    "softwareProgramAbnormallyTerminated", "softwareProgramError", "storageCapacityProblem",
    "temperatureUnacceptable", "thresholdCrossed", "timingProblem", "toxicLeakDetected", "transmitFailure",
    "transmitterFailure", "underlyingResourceUnavailable", "versionMismatch",
    "lossOfPointer", "payloadTypeMismatch", "excessiveBitErrorRate", "pathTraceMismatch",
    "signalLabelMismatch", "backPlaneFailure", "equipmentIdentifierDuplication", "lineCardProblem",
    "protectionPathFailure", "replaceableUnitMissing", "replaceableUnitTypeMismatch",
    "synchronisationSourceMismatch", "trunkCardProblem", "replaceableUnitProblem",
    "airConditioningFailure", "batteryDischarging", "batteryFailure", "commercialPowerFailure",
    "coolingFanFailure", "fuseFailure", "rectifierFailure", "softwareEnvironmentProblem",
    "softwareDownloadFailure",
]  # fmt: skip

PROBABLE_CAUSES: tuple[str, ...] = get_args(ProbableCause)


def worst(severities: list[str]) -> str | None:
    """The gravest of some perceived severities; None of none."""
    return max(severities, key=SEVERITY_ORDER.__getitem__, default=None)
