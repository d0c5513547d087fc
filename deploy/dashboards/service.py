"""One service, chosen above: which door, which event, which process."""

from deploy.dashboards.panel import BY_USERS, Panel, Row, mean, quantile, rate

_OF = 'job="$service"'


def _open(gauge: str) -> str:
    return f"max({gauge}{{{_OF}}})"


SERVICE = (
    Row(
        "Doors",
        (
            Panel(
                title="Requests",
                meaning="Answered per second at each door.",
                unit="reqps",
                queries={"{{door}}": rate("zirve_http_requests_total", "door", _OF)},
            ),
            Panel(
                title="Answers that are no success",
                meaning="Per second by status; 4xx is the caller's, 5xx is ours.",
                unit="reqps",
                queries={
                    "{{door}} {{status}}": rate(
                        "zirve_http_requests_total", "door, status", f'{_OF}, status!~"2.."'
                    )
                },
            ),
            Panel(
                title="Seconds of a request",
                meaning="One request in twenty takes longer.",
                unit="s",
                queries={
                    "{{door}}": quantile(
                        0.95, "zirve_http_request_seconds", "door", f"{_OF}, {BY_USERS}"
                    )
                },
            ),
        ),
    ),
    Row(
        "Events that it hears",
        (
            Panel(
                title="Handled",
                meaning="Per second.",
                unit="eps",
                queries={
                    "{{event}}": rate("zirve_events_total", "event", f'{_OF}, fate="handled"')
                },
            ),
            Panel(
                title="Failed",
                meaning="Per second: tried again later, or parked.",
                unit="eps",
                queries={
                    "{{event}} {{fate}}": rate(
                        "zirve_events_total", "event, fate", f'{_OF}, fate=~"retried|parked"'
                    )
                },
            ),
            Panel(
                title="Lag",
                meaning="From recording an event to having handled it; one in twenty takes longer.",
                unit="s",
                queries={"{{event}}": quantile(0.95, "zirve_event_lag_seconds", "event", _OF)},
            ),
            Panel(
                title="Seconds in a handler",
                meaning="Mean; without reading ahead and saving, which a batch does together.",
                unit="s",
                queries={"{{event}}": mean("zirve_event_handler_seconds", "event", _OF)},
            ),
            Panel(
                title="Seconds of a batch",
                meaning="Half of the batches take longer, and one in twenty.",
                unit="s",
                queries={
                    "half": quantile(0.5, "zirve_batch_seconds", "job", _OF),
                    "one in twenty": quantile(0.95, "zirve_batch_seconds", "job", _OF),
                },
            ),
            Panel(
                title="Batch",
                meaning="Mean number of events handled together; it rises with the load.",
                unit="short",
                queries={"{{instance}}": mean("zirve_batch_messages", "instance", _OF)},
            ),
        ),
    ),
    Row(
        "What is open",
        (
            Panel(
                title="Queues",
                meaning="Ready in the inbox, on the retry ladder, and parked.",
                unit="short",
                queries={
                    "inbox": _open("zirve_queue_in_messages"),
                    "ladder": _open("zirve_queue_retry_messages"),
                    "parked": _open("zirve_queue_parked_messages"),
                },
            ),
            Panel(
                title="Outbox",
                meaning="Events that are stored and not known to be published.",
                unit="short",
                queries={"events": _open("zirve_outbox_events")},
            ),
            Panel(
                title="Oldest unpublished event",
                meaning="Its age.",
                unit="s",
                queries={"age": _open("zirve_outbox_oldest_seconds")},
            ),
            Panel(
                title="Published",
                meaning="Events per second.",
                unit="eps",
                queries={
                    "{{event}}": rate("zirve_events_total", "event", f'{_OF}, fate="published"')
                },
            ),
            Panel(
                title="Timers",
                meaning="Per second; and those that are due and have not fired.",
                unit="short",
                queries={
                    "{{timer}} {{fate}}": rate("zirve_timers_total", "timer, fate", _OF),
                    "due": _open("zirve_timers_due"),
                },
            ),
            Panel(
                title="Waiting",
                meaning="Aggregates that need a fact from elsewhere.",
                unit="short",
                queries={"waiting": _open("zirve_waiting")},
            ),
        ),
    ),
    Row(
        "Processes",
        (
            Panel(
                title="Processor",
                meaning="Cores in use; a process has one at the most.",
                unit="short",
                queries={
                    "{{instance}}": rate("process_cpu_seconds_total", "instance", _OF),
                },
            ),
            Panel(
                title="Memory",
                meaning="In use.",
                unit="bytes",
                queries={"{{instance}}": f"process_resident_memory_bytes{{{_OF}}}"},
            ),
            Panel(
                title="Open files",
                meaning="Share of what a process may open; half of them are for connections.",
                unit="percentunit",
                queries={"{{instance}}": f"process_open_fds{{{_OF}}} / process_max_fds{{{_OF}}}"},
            ),
            Panel(
                title="Requests in hand",
                meaning="Being handled now.",
                unit="short",
                queries={"{{instance}}": f"zirve_http_requests_in_hand{{{_OF}}}"},
            ),
            Panel(
                title="Connected",
                meaning="1 for what a process reaches.",
                unit="short",
                queries={"{{instance}} {{to}}": f"zirve_connected{{{_OF}}}"},
            ),
            Panel(
                title="Started",
                meaning="Seconds since; it falls when a process is started again.",
                unit="s",
                queries={"{{instance}}": f"time() - process_start_time_seconds{{{_OF}}}"},
            ),
        ),
    ),
)
