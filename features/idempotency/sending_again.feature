@idempotency @blocker @needs-idempotency-key
Feature: Sending a request again
  A client that loses its connection cannot know whether its request arrived. It must be able to send the
  request again, with the same idempotency key, without creating a second user.

  Rule: A request sent again has the effect of one request

    @RPT-01 @clause-4.1
    Scenario: Sending a creation again creates no second user
      When the client creates user Ada with idempotency key K1
      And the client sends the same request again 8 times
      Then every answer repeats the first answer
      And user Ada exists exactly once

    @RPT-06 @clause-4.3
    Scenario: Simultaneous identical creations create one user
      When 8 clients create one user with one idempotency key at once, in 5 rounds
      Then in each round exactly one user has been created

    @RPT-06 @clause-4.3 @clause-4.2
    Scenario: Of simultaneous different creations one takes the key
      When 4 clients create different users with one idempotency key at once, in 3 rounds
      Then in each round exactly one user has been created

    @RPT-07 @clause-4.4
    Scenario Outline: An interrupted creation can be completed
      Given the connection breaks <moment> the next request
      When the client creates user Ada with idempotency key K1
      And the client sends the same request again
      Then the answer completes the creation of user Ada
      And user Ada exists exactly once

      Examples: Moments when the connection breaks
        | moment          |
        | halfway through |
        | right after     |
        | 5 ms after      |
        | 50 ms after     |
        | 200 ms after    |

  Rule: A request sent again gets the first answer

    @RPT-02 @clause-4.1
    Scenario: The second answer is the first one
      When the client creates user Ada with idempotency key K1
      And the client sends the same request again
      Then the answer repeats the first answer

    @RPT-03 @clause-4.6 @needs-put
    Scenario: The first answer outlives a replacement
      Given user Ada was created with idempotency key K1
      When the client replaces user Ada
      And the client sends the first request again
      Then the answer repeats the first answer
      And a look-up shows user Ada with new details within the promised time

    @RPT-03 @clause-4.6 @needs-patch
    Scenario: The first answer outlives another email
      Given user Ada was created with idempotency key K1
      When the client changes the email of user Ada
      And the client sends the first request again
      Then the answer repeats the first answer
      And no other user has the email of user Ada
      And a look-up shows user Ada with a new email and all other details as before within the promised time

    @RPT-03 @clause-4.6
    Scenario: A repeated creation brings no deleted user back
      Given user Ada was created with idempotency key K1
      When the client deletes user Ada
      And the client sends the first request again
      Then the answer repeats the first answer
      And the newest state does not show user Ada
      And no user has been created

    @RPT-03 @clause-4.6 @clause-2.3 @needs-unique-email
    Scenario: A repeated creation does not reserve the email
      Given user Ada was created with idempotency key K1
      When the client deletes user Ada
      And the client sends the first request again
      And the client creates user Grace with the email of user Ada
      Then the creation of user Grace is accepted
      And the newest state does not show user Ada

    @RPT-11 @RTY-03 @clause-4.5 @needs-validation-required
    Scenario: A refused creation is refused again
      When the client creates user Ada with idempotency key K1 with an empty name
      And the client sends the same request again
      Then every request is refused because the details are not valid
      And user Ada never existed

    @RPT-11 @clause-4.5
    Scenario: A passing fault is not remembered
      When the client creates 20 users, each with an idempotency key of its own
      Then every one of these users exists exactly once

  Rule: One idempotency key stands for one request

    @RPT-04 @clause-4.2
    Scenario: A key cannot be used for another request
      Given user Ada was created with idempotency key K1
      When the client creates user Grace with idempotency key K1
      Then the request is refused because the key belongs to another request
      And user Grace never existed

    @RPT-04 @clause-4.2
    Scenario Outline: A key cannot be used for a similar request
      Given user Ada was created with idempotency key K1
      When the client creates user Grace with idempotency key K1 with the details of user Ada, but another <detail>
      Then the request is refused because the key belongs to another request
      And user Ada exists exactly once

      Examples: Details
        | detail |
        | name   |
        | email  |

    @RPT-04 @clause-4.2
    Scenario: A misused key still repeats its first answer
      Given user Ada was created with idempotency key K1
      When the client creates user Grace with idempotency key K1
      And the client sends the first request again
      Then the answer repeats the first answer
      And user Ada exists exactly once

    @RPT-05 @clause-4.7
    Scenario Outline: A slightly different key is another key
      Given user Ada was created with idempotency key K1
      When the client creates user Grace with an idempotency key that <flaw>
      Then the creation of user Grace is accepted
      And no other user has the id of user Grace
      And user Grace exists exactly once

      Examples: Small differences
        | flaw                                  |
        | differs from K1 in its last character |
        | differs from K1 by capitals           |
        | differs from K1 by one more character |
        | differs from K1 by missing hyphens    |
        | differs from K1 by an escaped hyphen  |

    @RPT-05 @clause-4.7 @needs-patch
    Scenario: A key does not count for changes
      Given user Ada was created with idempotency key K1
      When the client changes user Ada with idempotency key K1
      Then the change of user Ada is accepted
      And a look-up shows user Ada with a new name and all other details as before within the promised time

    @RPT-05 @clause-4.7 @needs-put
    Scenario: A key does not count for replacements
      Given user Ada was created with idempotency key K1
      When the client replaces user Ada with idempotency key K1
      Then the change of user Ada is accepted
      And a look-up shows user Ada with new details within the promised time

    @RPT-05 @clause-4.7
    Scenario: A key does not count for deletions
      Given user Ada was created with idempotency key K1
      When the client deletes user Ada with idempotency key K1
      Then the deletion of user Ada is accepted
      And a look-up no longer shows user Ada within the promised time

    @RPT-05 @clause-4.8
    Scenario Outline: A key that is not valid is refused
      When the client creates user Ada with an idempotency key that <flaw>
      Then the idempotency key is refused

      Examples: Keys that are not valid
        | flaw        |
        | is empty    |
        | is too long |

    @RPT-05 @clause-3.5
    Scenario: A key of odd letters does no harm
      When the client creates user Ada with an idempotency key that has a letter beyond ASCII
      Then the creation of user Ada is accepted or cleanly refused

    @RPT-05 @clause-4.8
    Scenario: The longest key counts like any other
      When the client creates user Ada with an idempotency key that is as long as promised
      And the client sends the first request again
      Then the answer repeats the first answer
      And user Ada exists exactly once

    @RPT-05 @clause-4.7
    Scenario: The longest keys differ in their last characters
      When the client creates user Ada with an idempotency key that is as long as promised
      And the client creates user Grace with an idempotency key that is as long as promised
      Then the creation of user Grace is accepted
      And no other user has the id of user Grace
      And user Grace exists exactly once

  Rule: Where a key is required, nothing is created without one

    @RPT-10 @clause-4.1 @clause-3.4 @needs-key-required
    Scenario: A creation without a key is refused
      When the client creates user Ada with no idempotency key
      Then the request is refused because the key is missing
      And user Ada never existed

    @RPT-10 @clause-4.1 @clause-3.4 @needs-key-required
    Scenario: A key can be added to a refused creation
      When the client creates user Ada with no idempotency key
      And the client creates user Grace with idempotency key K1 with the email of user Ada
      Then the creation of user Grace is accepted
      And user Grace exists exactly once

  Rule: A key gives nobody more rights

    @RPT-08 @clause-7.2 @clause-4.7 @needs-read-only-token
    Scenario: A read-only client repeats no creation
      Given user Ada was created with idempotency key K1
      When a client that may only read sends the same request again
      Then the request is refused because the client may only read
      And user Ada exists exactly once

    @RPT-08 @clause-7.1 @clause-4.7 @needs-auth-required @needs-auth-registration
    Scenario: Without credentials no creation is repeated
      Given user Ada was created with idempotency key K1
      When a client without credentials sends the same request again
      Then the request is refused because the credentials are missing
      And user Ada exists exactly once

  Rule: A key is private to a tenant and is remembered

    @RPT-08 @clause-4.7 @clause-7.3 @needs-tenants
    Scenario: Another tenant may repeat a request under its key
      Given user Ada was created with idempotency key K1
      When another tenant sends the same request again
      Then the other tenant gets a user of its own
      And user Ada exists exactly once

    @RPT-08 @clause-4.7 @clause-7.3 @needs-tenants
    Scenario: Another tenant may use the same key
      Given user Ada was created with idempotency key K1
      When another tenant creates user Grace with idempotency key K1
      Then the creation of user Grace is accepted
      And no other user has the id of user Grace

    @RPT-09 @clause-4.7
    Scenario: A key is remembered after two hundred others
      Given user Ada was created with idempotency key K1
      When the client creates 200 users, each with an idempotency key of its own
      And the client sends the first request again
      Then the answer repeats the first answer
      And user Ada exists exactly once
