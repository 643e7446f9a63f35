-- Made by tools/make-clickhouse from the record's definition. docs/scale.md says what the tables are for.
--   clickhouse-client --multiquery < base.sql
-- For ClickHouse from 18.16 on.

CREATE DATABASE IF NOT EXISTS handspan;

-- A row for each record. One that comes twice has the same key, and counts once: FINAL.
CREATE TABLE IF NOT EXISTS handspan.connections
(
  start UInt64, -- which start of which daemon; with worker and number the record's id
  worker UInt8, -- of the daemon
  rate UInt32, -- one of so many records was taken
  timestamp_us UInt32, -- microseconds of the timestamp
  number_high UInt64, -- number in units of 65,536
  number_low UInt16, -- and the rest
  flow_high UInt64, -- flow in units of 65,536
  flow_low UInt16, -- and the rest
  timestamp DateTime('UTC'), -- first packet
  event_type String, -- connection, when it has ended; handshake, when its TLS has
  probe String, -- who watched: the name of the daemon's machine, or as it was configured
  instance String, -- the daemon there
  src_ip FixedString(16), -- the client's address
  src_port UInt16, -- the client's port
  dest_ip FixedString(16), -- the server's address
  dest_port UInt16, -- the server's port
  vlan Array(UInt32), -- VLAN tags, outermost first
  tunnel Array(String), -- encapsulations, outermost first
  duration Nullable(Decimal(18, 6)), -- first to last packet
  packets_client_high UInt64, -- packets_client in units of 65,536
  packets_client_low UInt16, -- and the rest
  packets_server_high UInt64, -- packets_server in units of 65,536
  packets_server_low UInt16, -- and the rest
  wire_bytes_client_high UInt64, -- wire_bytes_client in units of 65,536
  wire_bytes_client_low UInt16, -- and the rest
  wire_bytes_server_high UInt64, -- wire_bytes_server in units of 65,536
  wire_bytes_server_low UInt16, -- and the rest
  payload_bytes_client_high UInt64, -- payload_bytes_client in units of 65,536
  payload_bytes_client_low UInt16, -- and the rest
  payload_bytes_server_high UInt64, -- payload_bytes_server in units of 65,536
  payload_bytes_server_low UInt16, -- and the rest
  phase String, -- the phase where it failed, or else ended
  outcome String, -- how it ended
  cause String, -- why it failed
  by String, -- by whose hand it failed
  step String, -- the last step that was reached
  confidence String, -- how sure that is
  rule String, -- the rule that decided
  decided_by_silence Nullable(Decimal(18, 6)), -- how long before it nothing had been sent
  decided_by_bytes UInt64, -- bytes that were refused or never acknowledged
  decided_by_from String, -- whose bytes
  decided_by_what String, -- what they belong to
  decided_by_times UInt32, -- how often they were sent
  decided_by_asked_for UInt8, -- they never came by: the other side asked for them
  decided_by_lasted Nullable(Decimal(18, 6)), -- from the first time to the last
  probe_limit String, -- the bound of the probe that kept most from the record
  conn_state String, -- Zeek's conn_state
  history String, -- Zeek's history
  ssl_history String, -- Zeek's ssl_history
  tcp_syn UInt8, -- the client's SYN was seen
  tcp_syn_ack UInt8, -- the server's SYN-ACK was seen
  tcp_established UInt8, -- SYN-ACK and the client's ACK of it were seen
  tcp_retransmissions_client UInt32, -- segments sent again
  tcp_retransmissions_server UInt32, -- segments sent again
  tcp_out_of_order_client UInt32, -- segments that came late
  tcp_out_of_order_server UInt32, -- segments that came late
  tcp_gaps_client UInt32, -- holes: bytes that were never seen
  tcp_gaps_server UInt32, -- holes: bytes that were never seen
  tcp_gap_bytes_client UInt64, -- bytes that were never seen
  tcp_gap_bytes_server UInt64, -- bytes that were never seen
  tcp_duplicates_client UInt32, -- packets that the mirror showed twice
  tcp_duplicates_server UInt32, -- packets that the mirror showed twice
  tcp_keep_alives_client UInt32, -- keep-alives
  tcp_keep_alives_server UInt32, -- keep-alives
  tcp_zero_windows_client UInt32, -- how often the window closed
  tcp_zero_windows_server UInt32, -- how often the window closed
  tcp_fin_client UInt32, -- FINs
  tcp_fin_server UInt32, -- FINs
  tcp_rst_client UInt32, -- RSTs
  tcp_rst_server UInt32, -- RSTs
  tcp_first_close String, -- the side whose FIN or RST came first
  tcp_teardown String, -- how the connection was taken down
  tcp_reset_marks Array(String), -- what speaks against the RST's having come from its sender
  tcp_reset_hop_limit UInt32, -- hop limit of that RST
  tcp_usual_hop_limit UInt32, -- hop limit of the same side's other packets
  tcp_decoys UInt32, -- segments that their receiver does not take, or may not
  tcp_decoy_marks Array(String), -- what was seen of these
  tcp_decoy_hop_limit UInt32, -- hop limit of the first of these whose was strange
  tcp_decoy_usual_hop_limit UInt32, -- hop limit of its sender's other packets
  tcp_window_closed_client Nullable(Decimal(18, 6)), -- how long a side's window had been closed at the end
  tcp_window_closed_server Nullable(Decimal(18, 6)), -- how long a side's window had been closed at the end
  tcp_fast_open UInt8, -- TCP Fast Open
  tcp_mptcp String, -- Multipath TCP: may have further subflows, or is one
  tcp_roles_guessed UInt8, -- neither SYN, SYN-ACK nor hello told who is the client
  tls_version String, -- version that the server chose
  tls_client_version String, -- the highest version that the client offered
  tls_cipher String, -- cipher suite that the server chose
  tls_curve String, -- named group of the key exchange
  tls_sni String, -- server name that the client asked for
  tls_alpn String, -- application protocol that was agreed on
  tls_alpn_offered Array(String), -- application protocols that the client offered
  tls_groups_offered Array(String), -- named groups that the client offered, GREASE left out
  tls_groups_dropped UInt32, -- offered groups that found no room in the record
  tls_ja3 String, -- JA3 of the Client Hello
  tls_ja3s String, -- JA3S of the Server Hello
  tls_ja4 String, -- JA4 of the Client Hello
  tls_established UInt8, -- both sides went past the handshake
  tls_resumed UInt8, -- an earlier session was resumed
  tls_hello_retry UInt8, -- the server asked for another Client Hello
  tls_early_data UInt8, -- the client offered early data
  tls_ech UInt8, -- Encrypted Client Hello
  tls_client_certificate_requested UInt8, -- the server asked for the client's certificate
  tls_client_certificate_sent UInt8, -- and the client sent one (false: an empty list)
  tls_sslv2_hello UInt8, -- the hello had SSLv2's form
  tls_messages_dropped UInt32, -- messages that found no room in the record
  tls_messages_unread UInt32, -- messages that were too long to be read, or found no buffer
  tls_alerts_dropped UInt32, -- alerts that found no room in the record
  icmp_type UInt32, -- type of the error, as on the wire
  icmp_code UInt32, -- its code
  icmp_name String, -- its name
  icmp_from FixedString(16), -- who sent it
  icmp_mtu UInt32, -- MTU of the next hop, if it was told
  icmp_count UInt32, -- errors about this connection in all
  icmp_of String, -- the side whose packet was not passed on
  icmp_seq UInt32, -- where that packet begins in what the side sent
  icmp_time Nullable(Decimal(18, 6)), -- from the first packet
  app_protocol String, -- protocol that was recognised: http, smtp, ssh …
  app_inside String, -- what began behind a PROXY header or in a tunnel
  app_asked String, -- what one side asked for
  app_answer String, -- and what it was answered
  app_went_on UInt8, -- who was refused spoke on in plain
  http_method String, -- method of the first request
  http_host String, -- its host; of a CONNECT its target
  http_status UInt32, -- status of the last response
  refusal_code String, -- number or word of its protocol
  refusal_text String, -- its line, in protocols of lines
  timings_syn_to_syn_ack Nullable(Decimal(18, 6)), -- SYN to SYN-ACK: the way to the server and back
  timings_syn_ack_to_ack Nullable(Decimal(18, 6)), -- SYN-ACK to ACK: the way to the client and back
  timings_ack_to_client_hello Nullable(Decimal(18, 6)), -- ACK to Client Hello: the client's time
  timings_client_hello_to_server_hello Nullable(Decimal(18, 6)), -- Client Hello to Server Hello: the server's time
  timings_server_hello_to_finished Nullable(Decimal(18, 6)), -- Server Hello to the last Finished
  timings_tls_total Nullable(Decimal(18, 6)), -- the TLS handshake in all
  timings_first_data Nullable(Decimal(18, 6)), -- first packet to first application data
  timings_last_data_to_close Nullable(Decimal(18, 6)), -- last application data to the first FIN or RST
  timings_unreliable UInt8, -- some of them contradict causality
  rules_id Array(UInt32), -- the rule's number
  rules_name Array(String), -- its name
  rules_field Array(String), -- what it was found in
  tls_alerts_code Array(UInt8), -- its alerts: the number
  tls_alerts_name Array(String), -- its name; empty: it is encrypted
  tls_alerts_sender Array(String), -- who sent it
  tls_certificate_sha256 String, -- SHA-256 of it
  tls_client_certificate_sha256 String, -- SHA-256 of it
  id String ALIAS concat(substring(concat('0000000000000000', lower(hex(start))), -16), ':', toString(worker), ':', toString(number_high * 65536 + number_low)),
  flow_id String ALIAS concat('0x', substring(concat('0000000000000000', lower(hex(start))), -16), lower(hex(worker)), replaceRegexpOne(lower(hex(flow_high * 65536 + flow_low)), '^0', '')),
  client String ALIAS replaceRegexpOne(IPv6NumToString(src_ip), '^::ffff:', ''), -- src_ip as a text
  server String ALIAS replaceRegexpOne(IPv6NumToString(dest_ip), '^::ffff:', ''), -- dest_ip as a text
  number UInt64 ALIAS number_high * 65536 + number_low, -- in the worker's ring
  flow UInt64 ALIAS flow_high * 65536 + flow_low, -- the worker's number of the connection
  packets_client UInt64 ALIAS packets_client_high * 65536 + packets_client_low, -- packets
  packets_server UInt64 ALIAS packets_server_high * 65536 + packets_server_low, -- packets
  wire_bytes_client UInt64 ALIAS wire_bytes_client_high * 65536 + wire_bytes_client_low, -- bytes of whole frames
  wire_bytes_server UInt64 ALIAS wire_bytes_server_high * 65536 + wire_bytes_server_low, -- bytes of whole frames
  payload_bytes_client UInt64 ALIAS payload_bytes_client_high * 65536 + payload_bytes_client_low, -- bytes of TCP payload, repeats included
  payload_bytes_server UInt64 ALIAS payload_bytes_server_high * 65536 + payload_bytes_server_low -- bytes of TCP payload, repeats included
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMMDD(timestamp)
ORDER BY (toStartOfHour(timestamp), probe, dest_ip, dest_port, tls_ja4, start, worker, number_high, number_low);

-- A row for each certificate, side, probe and day: with GROUP BY sha256 it counts once.
CREATE TABLE IF NOT EXISTS handspan.certificates
(
  sha256 String, -- SHA-256 of it
  side String, -- who showed it: server or client
  probe String, -- who saw it
  day Date, -- a row a day: of the last connection that showed it
  last_seen DateTime('UTC'), -- the last packet of that connection
  dest_ip FixedString(16), -- its server
  dest_port UInt16, -- its server's port
  tls_sni String, -- the name that was asked for
  subject String, -- subject
  issuer String, -- issuer
  san Array(String), -- names that it holds for
  serial String, -- serial number
  not_before Nullable(DateTime('UTC')), -- valid from
  not_after Nullable(DateTime('UTC')), -- valid until
  key_type String, -- kind of its key: rsa, ec, ed25519, sm2, ml_dsa_65 …
  key_bits UInt32, -- length of its key
  self_signed UInt8, -- signed by itself
  sha1 String, -- SHA-1 of it
  chain_length UInt32 -- certificates in the chain
)
ENGINE = ReplacingMergeTree(last_seen)
PARTITION BY toYYYYMM(day)
ORDER BY (sha256, side, probe, day);

-- What the probes have summed up. A minute that is told again takes the other's place: FINAL.
CREATE TABLE IF NOT EXISTS handspan.minutes
(
  minute DateTime('UTC'), -- which one
  probe String, -- the machine
  instance String, -- the daemon there
  start UInt64, -- which start of it
  told UInt64, -- a minute may be told again: the greatest counts
  opened UInt64, -- connections
  ended_completed UInt64, -- connections that ended so
  ended_failed UInt64, -- connections that ended so
  ended_open UInt64, -- connections that ended so
  ended_unknown UInt64, -- connections that ended so
  ended_unused UInt64, -- connections that ended so
  open_tcp_handshake UInt64, -- connections in this phase at its end
  open_tls_handshake UInt64, -- connections in this phase at its end
  open_data UInt64, -- connections in this phase at its end
  open_teardown UInt64, -- connections in this phase at its end
  failed_cause Array(String), -- failures: the cause
  failed_count Array(UInt64), -- and how many
  packets UInt64, -- packets
  bytes UInt64, -- whole frames
  dropped UInt64, -- packets that the probe lost
  timings_syn_to_syn_ack_count UInt64, -- SYN to SYN-ACK: the server's side of the tap
  timings_syn_to_syn_ack_p50 Decimal(18, 9), -- seconds
  timings_syn_to_syn_ack_p90 Decimal(18, 9), -- seconds
  timings_syn_to_syn_ack_p99 Decimal(18, 9), -- seconds
  timings_syn_to_syn_ack_max Decimal(18, 9), -- seconds
  timings_syn_to_syn_ack_histogram_from Array(Decimal(18, 9)), -- seconds: where its buckets begin
  timings_syn_to_syn_ack_histogram_count Array(UInt64), -- and how many lie in each
  timings_syn_ack_to_ack_count UInt64, -- SYN-ACK to ACK: the client's side of the tap
  timings_syn_ack_to_ack_p50 Decimal(18, 9), -- seconds
  timings_syn_ack_to_ack_p90 Decimal(18, 9), -- seconds
  timings_syn_ack_to_ack_p99 Decimal(18, 9), -- seconds
  timings_syn_ack_to_ack_max Decimal(18, 9), -- seconds
  timings_syn_ack_to_ack_histogram_from Array(Decimal(18, 9)), -- seconds: where its buckets begin
  timings_syn_ack_to_ack_histogram_count Array(UInt64), -- and how many lie in each
  timings_ack_to_client_hello_count UInt64, -- ACK to Client Hello
  timings_ack_to_client_hello_p50 Decimal(18, 9), -- seconds
  timings_ack_to_client_hello_p90 Decimal(18, 9), -- seconds
  timings_ack_to_client_hello_p99 Decimal(18, 9), -- seconds
  timings_ack_to_client_hello_max Decimal(18, 9), -- seconds
  timings_ack_to_client_hello_histogram_from Array(Decimal(18, 9)), -- seconds: where its buckets begin
  timings_ack_to_client_hello_histogram_count Array(UInt64), -- and how many lie in each
  timings_client_hello_to_server_hello_count UInt64, -- Client Hello to Server Hello
  timings_client_hello_to_server_hello_p50 Decimal(18, 9), -- seconds
  timings_client_hello_to_server_hello_p90 Decimal(18, 9), -- seconds
  timings_client_hello_to_server_hello_p99 Decimal(18, 9), -- seconds
  timings_client_hello_to_server_hello_max Decimal(18, 9), -- seconds
  timings_client_hello_to_server_hello_histogram_from Array(Decimal(18, 9)), -- seconds: where its buckets begin
  timings_client_hello_to_server_hello_histogram_count Array(UInt64), -- and how many lie in each
  timings_tls_total_count UInt64, -- the TLS handshake, from its first packet to its end
  timings_tls_total_p50 Decimal(18, 9), -- seconds
  timings_tls_total_p90 Decimal(18, 9), -- seconds
  timings_tls_total_p99 Decimal(18, 9), -- seconds
  timings_tls_total_max Decimal(18, 9), -- seconds
  timings_tls_total_histogram_from Array(Decimal(18, 9)), -- seconds: where its buckets begin
  timings_tls_total_histogram_count Array(UInt64), -- and how many lie in each
  timings_first_data_count UInt64, -- first packet to first application data
  timings_first_data_p50 Decimal(18, 9), -- seconds
  timings_first_data_p90 Decimal(18, 9), -- seconds
  timings_first_data_p99 Decimal(18, 9), -- seconds
  timings_first_data_max Decimal(18, 9), -- seconds
  timings_first_data_histogram_from Array(Decimal(18, 9)), -- seconds: where its buckets begin
  timings_first_data_histogram_count Array(UInt64) -- and how many lie in each
)
ENGINE = ReplacingMergeTree(told)
PARTITION BY toYYYYMM(minute)
ORDER BY (minute, probe, instance, start);

-- Hours out of minutes. Each number has sixty places, one a minute, and of what comes twice to a place
-- the greater stays: so an hour is right whatever is sent again, and in whatever order.
CREATE MATERIALIZED VIEW IF NOT EXISTS handspan.hours_kept
ENGINE = AggregatingMergeTree
PARTITION BY toYYYYMM(hour)
ORDER BY (hour, probe, instance, start)
AS SELECT toStartOfHour(minute) AS hour, probe, instance, start,
  maxForEachState(arrayPushBack(arrayResize(emptyArrayUInt64(), toMinute(minute)), opened)) AS opened_of,
  maxForEachState(arrayPushBack(arrayResize(emptyArrayUInt64(), toMinute(minute)), ended_completed)) AS ended_completed_of,
  maxForEachState(arrayPushBack(arrayResize(emptyArrayUInt64(), toMinute(minute)), ended_failed)) AS ended_failed_of,
  maxForEachState(arrayPushBack(arrayResize(emptyArrayUInt64(), toMinute(minute)), ended_open)) AS ended_open_of,
  maxForEachState(arrayPushBack(arrayResize(emptyArrayUInt64(), toMinute(minute)), ended_unknown)) AS ended_unknown_of,
  maxForEachState(arrayPushBack(arrayResize(emptyArrayUInt64(), toMinute(minute)), ended_unused)) AS ended_unused_of,
  maxForEachState(arrayPushBack(arrayResize(emptyArrayUInt64(), toMinute(minute)), packets)) AS packets_of,
  maxForEachState(arrayPushBack(arrayResize(emptyArrayUInt64(), toMinute(minute)), bytes)) AS bytes_of,
  maxForEachState(arrayPushBack(arrayResize(emptyArrayUInt64(), toMinute(minute)), dropped)) AS dropped_of,
  maxForEachState(arrayPushBack(arrayResize(emptyArrayUInt64(), toMinute(minute)), timings_syn_to_syn_ack_count)) AS timings_syn_to_syn_ack_count_of,
  maxForEachState(arrayPushBack(arrayResize(emptyArrayUInt64(), toMinute(minute)), timings_syn_ack_to_ack_count)) AS timings_syn_ack_to_ack_count_of,
  maxForEachState(arrayPushBack(arrayResize(emptyArrayUInt64(), toMinute(minute)), timings_ack_to_client_hello_count)) AS timings_ack_to_client_hello_count_of,
  maxForEachState(arrayPushBack(arrayResize(emptyArrayUInt64(), toMinute(minute)), timings_client_hello_to_server_hello_count)) AS timings_client_hello_to_server_hello_count_of,
  maxForEachState(arrayPushBack(arrayResize(emptyArrayUInt64(), toMinute(minute)), timings_tls_total_count)) AS timings_tls_total_count_of,
  maxForEachState(arrayPushBack(arrayResize(emptyArrayUInt64(), toMinute(minute)), timings_first_data_count)) AS timings_first_data_count_of
FROM handspan.minutes
GROUP BY hour, probe, instance, start;

CREATE VIEW IF NOT EXISTS handspan.hours AS
SELECT hour, probe, instance, start,
  arraySum(maxForEachMerge(opened_of)) AS opened,
  arraySum(maxForEachMerge(ended_completed_of)) AS ended_completed,
  arraySum(maxForEachMerge(ended_failed_of)) AS ended_failed,
  arraySum(maxForEachMerge(ended_open_of)) AS ended_open,
  arraySum(maxForEachMerge(ended_unknown_of)) AS ended_unknown,
  arraySum(maxForEachMerge(ended_unused_of)) AS ended_unused,
  arraySum(maxForEachMerge(packets_of)) AS packets,
  arraySum(maxForEachMerge(bytes_of)) AS bytes,
  arraySum(maxForEachMerge(dropped_of)) AS dropped,
  arraySum(maxForEachMerge(timings_syn_to_syn_ack_count_of)) AS timings_syn_to_syn_ack_count,
  arraySum(maxForEachMerge(timings_syn_ack_to_ack_count_of)) AS timings_syn_ack_to_ack_count,
  arraySum(maxForEachMerge(timings_ack_to_client_hello_count_of)) AS timings_ack_to_client_hello_count,
  arraySum(maxForEachMerge(timings_client_hello_to_server_hello_count_of)) AS timings_client_hello_to_server_hello_count,
  arraySum(maxForEachMerge(timings_tls_total_count_of)) AS timings_tls_total_count,
  arraySum(maxForEachMerge(timings_first_data_count_of)) AS timings_first_data_count
FROM handspan.hours_kept
GROUP BY hour, probe, instance, start;

CREATE MATERIALIZED VIEW IF NOT EXISTS handspan.hours_failed_kept
ENGINE = AggregatingMergeTree
PARTITION BY toYYYYMM(hour)
ORDER BY (hour, probe, instance, start, cause)
AS SELECT toStartOfHour(minute) AS hour, probe, instance, start, cause,
  maxForEachState(arrayPushBack(arrayResize(emptyArrayUInt64(), toMinute(minute)), failures)) AS failed_of
FROM handspan.minutes
ARRAY JOIN failed_cause AS cause, failed_count AS failures
GROUP BY hour, probe, instance, start, cause;

CREATE VIEW IF NOT EXISTS handspan.hours_failed AS
SELECT hour, probe, instance, start, cause,
  arraySum(maxForEachMerge(failed_of)) AS failed
FROM handspan.hours_failed_kept
GROUP BY hour, probe, instance, start, cause;
