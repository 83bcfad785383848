"""A user model of the project's own, as Django's documentation asks every new project to have."""

from django.contrib.auth.models import AbstractUser
from django.db import models


class User(AbstractUser):
    """Django's user, with an email that nobody else has."""

    email = models.EmailField(unique=True)
