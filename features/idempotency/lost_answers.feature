@idempotency @critical
Feature: When an answer gets lost
  Connections break, and always at the wrong moment. Whoever does not hear the answer must be able to find
  out what has happened, and to try again without doing harm.

  Rule: What was broken off happened once or not at all

    @RTY-01 @clause-2.2 @clause-8.2
    Scenario: A broken-off creation happens once at most
      When the client creates users Ada, Grace, Alan, Edsger and Barbara and hangs up, sooner or later
      Then users Ada, Grace, Alan, Edsger and Barbara exist at most once

  Rule: Whatever may be repeated may be repeated safely

    @RTY-02 @clause-4.9 @clause-8.2 @needs-put
    Scenario Outline: A replacement without an answer can be sent again
      Given user Ada exists
      And the client hangs up on its next request <moment>
      When the client replaces user Ada
      And the client sends the same request again
      Then the change of user Ada is accepted
      And user Ada can be looked up within the promised time

      Examples: Moments to hang up
        | moment      |
        | halfway     |
        | at once     |
        | after 50 ms |

    @RTY-02 @clause-2.6 @clause-8.2 @needs-patch
    Scenario: A change without an answer can be sent again
      Given user Ada exists
      And the answer to the next request is lost
      When the client changes the name of user Ada
      And the client sends the same request again
      Then the change of user Ada is accepted
      And user Ada can be looked up within the promised time

    @RTY-02 @clause-4.9 @clause-8.2
    Scenario: A deletion without an answer can be sent again
      Given user Ada exists
      And the answer to the next request is lost
      When the client deletes user Ada
      And the client sends the same request again
      Then the deletion does no harm
      And user Ada is gone within the promised time

  Rule: A request counts however it arrives

    @RTY-05 @clause-2.1
    Scenario Outline: A request that arrives slowly is understood
      Given the next request arrives <form>
      When the client creates user Ada
      Then the answer shows user Ada as created
      And user Ada can be looked up within the promised time

      Examples: Slow ways
        | form                     |
        | in pieces                |
        | with its end 300 ms late |

    @RTY-05 @clause-2.1 @clause-3.5
    Scenario: A request in chunks is understood or refused
      Given the next request arrives in chunks
      When the client creates user Ada
      Then the answer shows user Ada as created, or a clean refusal
