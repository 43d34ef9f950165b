#!/bin/sh
# Prints the .env file that docker-compose.yml needs, with new random secrets:
#   (umask 077 && sh docker/make-env.sh > .env)
set -eu

# 256 random bits in the 43 characters of base64url.
random() {
  head -c 32 /dev/urandom | base64 | tr '+/' '-_' | tr -d '=\n'
}

for name in POSTGRES_PASSWORD REDIS_PASSWORD; do
  echo "$name=$(random)"
done
for name in TOP_TOKEN AUTOMOTIVE_TOKEN SHIPBUILDING_TOKEN BIOPHARMA_TOKEN ENTERPRISE_TOKEN; do
  echo "$name=kapok_$(random)"
done
