#!/bin/sh
# Sends a call, a batch and a pixel. Needs WRITE_KEY.
set -eu
url=${TRIBUTARY_URL:-http://127.0.0.1:8080}

echo 'One event:'
curl -sS --fail-with-body -u "$WRITE_KEY:" "$url/v1/track" -H 'Content-Type: application/json' \
  -d '{"userId":"user-1","event":"Order Completed","properties":{"total":12.5,"currency":"EUR"}}'
echo

echo 'A batch with one message that is wrong, and the reason:'
curl -sS --fail-with-body -u "$WRITE_KEY:" "$url/v1/batch" -H 'Content-Type: application/json' -H 'Prefer: return=representation' \
  -d '{"batch":[{"type":"identify","userId":"user-1","traits":{"plan":"pro"}},{"type":"track","userId":"user-1"}]}'
echo

echo 'A pixel, as in a mail:'
curl -sS --fail-with-body -o /dev/null -w '%{http_code} %{content_type}\n' \
  "$url/v1/pixel/track?writeKey=$WRITE_KEY&userId=user-1&event=Email%20Opened"
