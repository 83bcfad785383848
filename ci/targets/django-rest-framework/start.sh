#!/usr/bin/env bash
# Runs Django REST framework with an empty users database: ci/targets/django-rest-framework/start.sh [PORT]
# Prints its base URL as the first line once it answers and runs until it is told to stop or the shell
# that started it is gone; its database goes with it. Without PORT it takes a free one.
# API_TOKEN: the token of its administrator, of your choice (at most 40 characters); a request shows it as
# "Authorization: Token …".
set -euo pipefail

# shellcheck source=ci/targets/python-service.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../python-service.sh"

prepare_database() {
    django-admin migrate --run-syncdb
    django-admin shell --command '
import os
from accounts.models import User
from rest_framework.authtoken.models import Token
admin = User.objects.create_superuser("admin", "admin@example.com")
Token.objects.create(user=admin, key=os.environ["API_TOKEN"])'
}

serve() {
    become gunicorn --bind "127.0.0.1:$PORT" --workers 4 --no-control-socket 'django.core.wsgi:get_wsgi_application()'
}

require API_TOKEN "the token that its administrator will have"
((${#API_TOKEN} <= 40)) || stop "API_TOKEN may have 40 characters at most"
export DJANGO_SETTINGS_MODULE=settings
run_service "$@"
