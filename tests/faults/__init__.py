"""Fault tests: nothing is lost and nothing done twice while everything is being killed.

``make faults`` runs them at length, ``test_faults.py`` for a few minutes. A workload speaks to the
four APIs as many organisers would, and notes what was acknowledged. A controller kills, stops and
cuts off whatever has work in hand. An auditor, who knows none of the code, then recounts
databases, queues and mails.
"""
