"""moto's server with its Step Functions interpreter switched on: the peer of the differential test.

usage: MOTO_PORT=<port of the Lambda endpoint> python moto-stepfunctions.py PORT
needs: moto[server,all]==5.2.5 and jsonata-python==0.7.1

moto ships the interpreter off and its hook for JSONata empty; both are filled in here. Two of its ways are mended, so
that there is something to compare: an output that is a string is JSON too, and StartSyncExecution waits and answers.
"""

import json
import sys
import time

import jsonata
from moto.core.config import default_user_config
from moto.core.responses import ActionResult
from moto.stepfunctions.parser.asl.jsonata import jsonata as bridge
from moto.stepfunctions.responses import StepFunctionResponse

default_user_config["stepfunctions"] = {"execute_state_machine": True}


def evaluate(expression):
    try:
        return jsonata.Jsonata(expression).evaluate(None)
    except Exception as error:
        raise bridge.JSONataException("UNKNOWN", str(error))


bridge._eval_jsonata = evaluate

RUNNING = ("RUNNING", "ExecutionStatus.RUNNING")


def start_sync_execution(self):
    text = self._get_param("input", if_none="{}")
    arn = self._get_param("stateMachineArn")
    name = "sync%d" % time.time_ns()
    execution = self.stepfunction_backend.start_execution(arn, name, text)
    while str(execution.status) in RUNNING:
        time.sleep(0.002)
    answer = {
        "executionArn": execution.execution_arn,
        "stateMachineArn": arn,
        "name": execution.name,
        "startDate": execution.start_date,
        "stopDate": execution.stop_date,
        "status": getattr(execution.status, "value", execution.status),
    }
    if answer["status"] == "SUCCEEDED":
        answer["output"] = json.dumps(execution.output, separators=(",", ":"))
    for key in ("error", "cause"):
        if getattr(execution, key, None) is not None:
            answer[key] = getattr(execution, key)
    return ActionResult(answer)


StepFunctionResponse.start_sync_execution = start_sync_execution

from moto.server import main  # noqa: E402, once everything is in its place

main(["-H", "127.0.0.1", "-p", sys.argv[1]])
