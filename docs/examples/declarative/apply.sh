#!/bin/sh
# Makes a workspace and applies workspace.json to it. Needs ADMIN_TOKEN, and node for reading JSON.
# CRM_SECRET is a secret of your vault. It is merged into the document that is sent and stands in no file.
set -eu
url=${TRIBUTARY_URL:-http://127.0.0.1:8080}/admin/v1
folder=$(dirname "$0")
secret=${CRM_SECRET:-whsec_$(openssl rand -base64 24)}

admin() {
  curl -sS --fail-with-body -X "$1" -H "Authorization: Bearer $ADMIN_TOKEN" -H 'Content-Type: application/json' "$url$2" -d "$3"
}

document=$(SECRET="$secret" node -p '
  const document = JSON.parse(require("fs").readFileSync(process.argv[1], "utf8"));
  JSON.stringify({ ...document, secrets: { "CRM/secret": process.env.SECRET } })' "$folder/workspace.json")
workspace=$(admin POST /workspaces '{"name":"Example"}' | node -p 'JSON.parse(require("fs").readFileSync(0)).id')

echo "Changes to make in $workspace:"
admin PUT "/workspaces/$workspace/apply?dryRun=true" "$document"
echo
admin PUT "/workspaces/$workspace/apply" "$document" >/dev/null
echo 'Changes of a second apply:'
admin PUT "/workspaces/$workspace/apply" "$document"
echo
