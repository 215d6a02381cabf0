#!/usr/bin/env python3
"""The plainest heart-beating program. usage: seed_client.py HOST PORT [INTERVAL_SECONDS]"""
import socket
import sys
import time

host, port = sys.argv[1], int(sys.argv[2])
interval = float(sys.argv[3]) if len(sys.argv) > 3 else 1.0

with socket.create_connection((host, port)) as connection:
    print("connected from %s:%d" % connection.getsockname()[:2], flush=True)
    while True:
        connection.sendall(b"HEARTBEAT")
        answer = connection.recv(1024)
        if answer != b"ACK":
            sys.exit("expected b'ACK', got %r" % answer)
        time.sleep(interval)
