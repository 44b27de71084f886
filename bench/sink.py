"""The mail benchmark's server as a process of its own: `python -m bench.sink PORT '{"latency": 0.005}'`.

It takes commands on its standard input and answers each with one line of JSON: `count`, `open`, `close`, `report`.
"""

import json
import sys

from tests.mail.smtp_sink import Faults, Sink


def report(sink: Sink) -> dict[str, object]:
    """Say what came in, as the benchmark's table needs it."""
    taken, counts, doubles = sink.taken, sink.record.counts(), sink.record.doubles()
    refused = [address for address in sink.record.ordinals if address not in counts]
    return {
        "taken": len(taken),
        "readers": len(counts),
        "doubles": sum(counts[address] - 1 for address in doubles),
        "most": max(counts.values(), default=0),
        "strange": sum(len(ids) > 1 for ids in doubles.values()),
        "first": taken[0].at if taken else 0,
        "last": taken[-1].at if taken else 0,
        "most_open": sink.record.most_open,
        "refused": len(refused),
        "refused_attempts": max((sink.record.attempts[address] for address in refused), default=0),
    }


def main() -> None:
    """Serve until the standard input ends."""
    with Sink(Faults(**json.loads(sys.argv[2])), keeps_data=False, port=int(sys.argv[1])) as sink:
        for line in sys.stdin:
            answer: object = None
            match line.strip():
                case "count":
                    answer = len(sink.taken)
                case "open":
                    sink.open()
                case "close":
                    sink.close()
                case "report":
                    answer = report(sink)
            print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
