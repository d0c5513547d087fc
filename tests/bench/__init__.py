"""The bench: what the chassis does in a second, beside plain nameko doing the same work.

Both run on the same broker, the same database and the same machine, in turn; what counts are the
ratios of one run. Plain nameko means: an entrypoint of nameko's own, pymongo, write and then
dispatch, one message at a time on each of ten workers.
"""

PEER_DATABASE = "bench_plain"
SAMPLE_DATABASE = "bench_sample"
