@idempotency @blocker @needs-idempotency-key
Feature: Sending a request again
  A client that loses its connection cannot know whether its request arrived. It must be able to send the
  request again, under the same key, without creating a second user.

  Rule: A request sent again has the effect of one

    @RPT-01 @clause-4.1
    Scenario: Sending a creation again creates nobody else
      When the client creates user Ada under key K1
      And the client sends the same request again 8 times
      Then every answer repeats the first answer
      And user Ada exists once

    @RPT-06 @clause-4.3
    Scenario: Identical creations at once create one user
      When the client sends 8 identical creations under one key at once, 5 times
      Then each time exactly one user has been created

    @RPT-07 @clause-4.4
    Scenario Outline: A creation that was broken off can be completed
      Given the client hangs up on its next request <moment>
      When the client creates user Ada under key K1
      And the client sends the same request again
      Then the answer completes the creation of user Ada
      And user Ada exists once

      Examples: Moments to hang up
        | moment       |
        | halfway      |
        | at once      |
        | after 5 ms   |
        | after 50 ms  |
        | after 200 ms |

  Rule: A request sent again gets the first answer

    @RPT-02 @clause-4.1
    Scenario: The second answer is the first one
      When the client creates user Ada under key K1
      And the client sends the same request again
      Then the answer repeats the first answer

    @RPT-03 @clause-4.6 @needs-put
    Scenario: The first answer outlives a replacement
      Given user Ada was created under key K1
      When the client replaces user Ada
      And the client sends the first request again
      Then the answer repeats the first answer
      And user Ada can be looked up within the promised time

    @RPT-03 @clause-4.6
    Scenario: Sending again brings no deleted user back
      Given user Ada was created under key K1
      When the client deletes user Ada
      And the client sends the first request again
      Then the answer repeats the first answer
      And user Ada stays gone
      And nobody has been created

    @RPT-03 @clause-4.6 @clause-2.3 @needs-unique-email
    Scenario: Sending again reserves nothing
      Given user Ada was created under key K1
      When the client deletes user Ada
      And the client sends the first request again
      And the client creates user Grace with the email of user Ada
      Then the answer shows user Grace as created
      And user Ada stays gone

    @RPT-11 @RTY-03 @clause-4.5 @needs-validation
    Scenario: A refused creation is refused again
      When the client creates user Ada under key K1 with an empty name
      And the client sends the same request again
      Then every request is refused because the details are not valid
      And user Ada has never existed

    @RPT-11 @clause-4.5
    Scenario: Passing trouble is not remembered
      When the client creates 20 others under keys of their own
      Then every one of the others has been created

  Rule: One key stands for one request

    @RPT-04 @clause-4.2
    Scenario: A key cannot serve another request
      Given user Ada was created under key K1
      When the client creates user Grace under key K1
      Then the request is refused because the key belongs to another request
      And user Grace has never existed

    @RPT-04 @clause-4.2
    Scenario Outline: A key cannot serve a slightly different request
      Given user Ada was created under key K1
      When the client creates user Grace under key K1 with the details of user Ada, but another <detail>
      Then the request is refused because the key belongs to another request
      And user Ada exists once

      Examples: Details
        | detail |
        | name   |
        | email  |

    @RPT-04 @clause-4.2
    Scenario: A misused key still repeats its first answer
      Given user Ada was created under key K1
      When the client creates user Grace under key K1
      And the client sends the first request again
      Then the answer repeats the first answer
      And user Ada exists once

    @RPT-05 @clause-4.7
    Scenario Outline: A key that differs is another key
      Given user Ada was created under key K1
      When the client creates user Grace under a key that differs from K1 <difference>
      Then the answer shows user Grace as created
      And user Grace has an id that nobody else has
      And user Grace exists once

      Examples: Small differences
        | difference            |
        | in its last character |
        | in capitals           |
        | by one character more |
        | by its hyphens        |

    @RPT-05 @clause-4.7 @needs-patch
    Scenario: A key counts for creations only
      Given user Ada was created under key K1
      When the client changes the name of user Ada under key K1
      Then the change of user Ada is accepted
      And user Ada can be looked up within the promised time

    @RPT-05 @clause-4.7 @needs-put
    Scenario: A key does not count for replacements
      Given user Ada was created under key K1
      When the client replaces user Ada under key K1
      Then the change of user Ada is accepted
      And user Ada can be looked up within the promised time

    @RPT-05 @clause-4.7
    Scenario: A key does not count for deletions
      Given user Ada was created under key K1
      When the client deletes user Ada under key K1
      Then the deletion of user Ada is accepted
      And user Ada is gone within the promised time

    @RPT-05 @clause-4.8
    Scenario Outline: A key that cannot be one is refused
      When the client creates user Ada under a key that is <fault>
      Then the key is refused as not valid

      Examples: Keys that are none
        | fault    |
        | empty    |
        | too long |

  Rule: A key is private and is remembered

    @RPT-08 @clause-4.7 @clause-7.3 @needs-tenants
    Scenario: A key means nothing to another tenant
      Given user Ada was created under key K1
      When another tenant sends the same request
      Then the other tenant gets a user of their own
      And user Ada exists once

    @RPT-08 @clause-4.7 @clause-7.3 @needs-tenants
    Scenario: Another tenant may use the same key
      Given user Ada was created under key K1
      When another tenant creates user Grace under key K1
      Then the answer shows user Grace as created
      And user Grace has an id that nobody else has

    @RPT-09 @clause-4.7
    Scenario: A key outlives two hundred others
      Given user Ada was created under key K1
      When the client creates 200 others under keys of their own
      And the client sends the first request again
      Then the answer repeats the first answer
      And user Ada exists once
