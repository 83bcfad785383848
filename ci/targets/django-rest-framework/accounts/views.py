"""The users API."""

from rest_framework.serializers import ModelSerializer
from rest_framework.viewsets import ModelViewSet

from accounts.models import User


class UserSerializer(ModelSerializer):
    """What is shown of a user, and what of it can be written."""

    class Meta:
        """Only the date of joining is Django's to set."""

        model = User
        fields = ("id", "username", "email", "first_name", "last_name", "date_joined")
        read_only_fields = ("date_joined",)


class UserViewSet(ModelViewSet):
    """Create, read, update, delete and list users."""

    queryset = User.objects.order_by("id")
    serializer_class = UserSerializer
    filterset_fields = ("email", "username")
