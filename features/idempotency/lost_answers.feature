@idempotency @critical
Feature: Lost answers
  Connections break, often before the answer arrives. The client must then be able to find out what has
  happened, and to try again without doing harm.

  Rule: An interrupted request happened once or not at all

    @RTY-01 @clause-2.2 @clause-8.2
    Scenario: An interrupted creation creates at most one user
      When the client creates users Ada, Grace, Alan, Edsger and Barbara over connections that break
      Then users Ada, Grace, Alan, Edsger and Barbara exist at most once

  Rule: Repeatable requests can be repeated safely

    @RTY-02 @clause-4.9 @clause-8.2 @needs-put
    Scenario Outline: A replacement with a lost answer can be repeated
      Given user Ada exists
      And the connection breaks <moment> the next request
      When the client replaces user Ada
      And the client sends the same request again
      Then the change of user Ada is accepted
      And a look-up shows user Ada with new details within the promised time

      Examples: Moments when the connection breaks
        | moment          |
        | halfway through |
        | right after     |
        | 50 ms after     |

    @RTY-02 @clause-2.6 @clause-8.2 @needs-patch
    Scenario: A change with a lost answer can be repeated
      Given user Ada exists
      And the answer to the next request is lost
      When the client changes the name of user Ada
      And the client sends the same request again
      Then the change of user Ada is accepted
      And a look-up shows user Ada with a new name and all other details as before within the promised time

    @RTY-02 @clause-4.9 @clause-8.2
    Scenario: A deletion with a lost answer can be repeated
      Given user Ada exists
      And the answer to the next request is lost
      When the client deletes user Ada
      And the client sends the same request again
      Then the request is accepted, or refused because there is no such user
      And a look-up no longer shows user Ada within the promised time

  Rule: A request counts in whatever form it arrives

    @RTY-05 @clause-2.1
    Scenario Outline: A request that arrives slowly is understood
      Given the next request arrives <form>
      When the client creates user Ada
      Then the creation of user Ada is accepted
      And a look-up shows user Ada with the details that were sent within the promised time

      Examples: Slow ways
        | form                     |
        | in pieces                |
        | with its end 300 ms late |

    @RTY-05 @clause-2.1 @clause-3.5
    Scenario: A request in chunks is understood or refused
      Given the next request arrives in chunks
      When the client creates user Ada
      Then the creation of user Ada is accepted or cleanly refused
