"""The overview: all services at once, as somebody looks at it first."""

from deploy.dashboards.panel import BY_USERS, SERVICES, Panel, Row, mean, now, quantile, rate

ANSWERED = rate("zirve_http_requests_total", "job", BY_USERS)
FAILED = rate("zirve_http_requests_total", "job", f'status=~"5..", {BY_USERS}')

OVERVIEW = (
    Row(
        "Now",
        (
            Panel(
                title="Processes",
                meaning="That answer. None: the service is down.",
                unit="short",
                queries={"{{job}}": f"sum by (job) (up{{{SERVICES}}})"},
                kind="stat",
                green_from=1,
            ),
            now(
                "zirve_outbox_oldest_seconds",
                "Oldest unpublished event",
                "Rises while the broker is away, or takes nothing.",
                unit="s",
                red_from=60,
            ),
            now(
                "zirve_queue_in_messages",
                "Inbox",
                "Events that are ready to be handled. Grows: more processes are needed.",
                red_from=1000,
            ),
            now(
                "zirve_queue_parked_messages",
                "Dead letters",
                "Parked now; somebody has to replay or drop them.",
                red_from=1,
            ),
            now(
                "zirve_timers_oldest_seconds",
                "Oldest due timer",
                "How late the first of those that are due is.",
                unit="s",
                red_from=300,
            ),
            Panel(
                title="Messages not sent",
                meaning="To be sent, waiting for a fact, and refused by the mail server for good.",
                unit="short",
                queries={"{{state}}": 'max by (state) (zirve_aggregates{collection="messages"})'},
                kind="stat",
            ),
        ),
    ),
    Row(
        "Doors",
        (
            Panel(
                title="Requests",
                meaning="Answered per second, without health and metrics.",
                unit="reqps",
                queries={"{{job}}": ANSWERED},
            ),
            Panel(
                title="Errors",
                meaning="Share of answers that are 5xx.",
                unit="percentunit",
                queries={"{{job}}": f"({FAILED} or 0 * {ANSWERED}) / {ANSWERED}"},
            ),
            Panel(
                title="Seconds of a request",
                meaning="One request in twenty takes longer.",
                unit="s",
                queries={"{{job}}": quantile(0.95, "zirve_http_request_seconds", "job", BY_USERS)},
            ),
        ),
    ),
    Row(
        "Events",
        (
            Panel(
                title="Handled",
                meaning="Events per second.",
                unit="eps",
                queries={"{{job}}": rate("zirve_events_total", "job", 'fate="handled"')},
            ),
            Panel(
                title="Lag",
                meaning="From recording an event to having handled it; one in twenty takes longer.",
                unit="s",
                queries={"{{job}}": quantile(0.95, "zirve_event_lag_seconds", "job", SERVICES)},
            ),
            Panel(
                title="Failed",
                meaning="Events per second that went up the retry ladder or were parked.",
                unit="eps",
                queries={
                    "{{job}} {{fate}}": rate(
                        "zirve_events_total", "job, fate", 'fate=~"retried|parked"'
                    )
                },
            ),
            Panel(
                title="Queues",
                meaning="Ready in the inbox, and on the retry ladder.",
                unit="short",
                queries={
                    "{{job}} inbox": "max by (job) (zirve_queue_in_messages)",
                    "{{job}} ladder": "max by (job) (zirve_queue_retry_messages)",
                },
            ),
            Panel(
                title="Outbox",
                meaning="Events that are stored and not known to be published.",
                unit="short",
                queries={"{{job}}": "max by (job) (zirve_outbox_events)"},
            ),
            Panel(
                title="Dead letters",
                meaning="Parked now.",
                unit="short",
                queries={"{{job}}": "max by (job) (zirve_queue_parked_messages)"},
            ),
            Panel(
                title="Waiting",
                meaning="Aggregates that need a fact from elsewhere.",
                unit="short",
                queries={"{{job}}": "max by (job) (zirve_waiting)"},
            ),
            Panel(
                title="Timers due",
                meaning="That have not fired.",
                unit="short",
                queries={"{{job}}": "max by (job) (zirve_timers_due)"},
            ),
            Panel(
                title="Batch",
                meaning="Mean number of events handled together; it rises with the load.",
                unit="short",
                queries={"{{job}}": mean("zirve_batch_messages", "job", SERVICES)},
            ),
        ),
    ),
    Row(
        "Mails",
        (
            Panel(
                title="Mails",
                meaning="Messages per second by what became of them.",
                unit="mps",
                queries={
                    "{{event}}": rate(
                        "zirve_events_total",
                        "event",
                        'event=~"MessageSent|MessageFailed|MessageHeld|MessageSuppressed", '
                        'fate="published"',
                    )
                },
            ),
            Panel(
                title="Seconds of a mail",
                meaning="Deciding, writing, and the mail server; one in twenty takes longer.",
                unit="s",
                queries={
                    "{{event}}": quantile(
                        0.95,
                        "zirve_event_handler_seconds",
                        "event",
                        'event=~"MessageIntended|MessageResumed"',
                    )
                },
            ),
            Panel(
                title="Not taken yet",
                meaning="Tries per second that the mail server was away for, or put off.",
                unit="mps",
                queries={
                    "{{event}}": rate(
                        "zirve_events_total",
                        "event",
                        'event=~"MessageIntended|MessageResumed", fate="retried"',
                    )
                },
            ),
        ),
    ),
    Row(
        "Servers",
        (
            Panel(
                title="Cut off",
                meaning="Processes that do not reach database or broker.",
                unit="short",
                queries={"{{job}} {{to}}": "count by (job, to) (zirve_connected == 0)"},
            ),
            Panel(
                title="Broker's disk",
                meaning="Left, and where it stops taking events.",
                unit="bytes",
                queries={
                    "left": "min(rabbitmq_disk_space_available_bytes)",
                    "limit": "max(rabbitmq_disk_space_available_limit_bytes)",
                },
            ),
            Panel(
                title="Broker's memory",
                meaning="Used, and where it stops taking events.",
                unit="bytes",
                queries={
                    "used": "max(rabbitmq_process_resident_memory_bytes)",
                    "limit": "min(rabbitmq_resident_memory_limit_bytes)",
                },
            ),
        ),
    ),
)
